import CLeptonica
import TestKit
import Testing

@testable import Reading

/// Documents that something has damaged, in ways that a seed repeats: each is read or refused, and kills at worst the
/// process that reads it. `fuzz/run pages` looks longer.
@Suite(.enabled(if: BuiltProgram.path != nil, "the program is not built")) struct MutatedDocumentsTests {
    enum Kind: String, CaseIterable { case pdf, png, jpeg, tiff }

    private static func document(_ kind: Kind) throws -> [UInt8] {
        let pdf = TestPDF(pages: [TestPDF.form(), TestPDF.form()]).bytes
        if kind == .pdf { return pdf }
        let image = try PDFFile(pdf, PageLimits()).page(0).rendered(dotsPerInch: 60)
        if kind == .png { return try image.png() }
        var (bytes, count): (UnsafeMutablePointer<UInt8>?, Int) = (nil, 0)
        let grey = try image.luminance()
        let status = withExtendedLifetime(grey) {
            kind == .jpeg
                ? pixWriteMemJpeg(&bytes, &count, grey.pix, 60, 0)
                : pixWriteMemTiff(&bytes, &count, grey.pix, Int32(IFF_TIFF_LZW))
        }
        let written = try #require(status == 0 ? bytes : nil)
        defer { lept_free(written) }
        return Array(UnsafeBufferPointer(start: written, count: count))
    }

    /// One to four damages: bits, numbers, lost, doubled and foreign pieces.
    private static func mutated(_ whole: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...4, using: &random) where bytes.count > 64 {
            // Most of what leads a reader astray stands at the beginning.
            let reach = Bool.random(using: &random) ? min(bytes.count, 600) : bytes.count
            let place = Int.random(in: 0..<reach, using: &random)
            let end = min(bytes.count, place + Int.random(in: 1...80, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1:
                for k in place..<min(bytes.count, place + 4) { bytes[k] = Bool.random(using: &random) ? 0xff : 0x7f }
            case 2: bytes.removeSubrange(place..<end)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 4: bytes.insert(contentsOf: Array("99999999999999999999".utf8), at: place)
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }

    private static let limits = {
        var limits = PageLimits()
        (limits.pages, limits.pixels, limits.recognitionMilliseconds) = (4, 2_000_000, 200)
        return limits
    }()

    @Test(arguments: Kind.allCases) func theReaderIsAtWorstReplaced(_ kind: Kind) throws {
        var settings = PageWorkers.Limits(processes: 1)
        settings.secondsPerPage = 30
        let workers = PageWorkers(executable: BuiltProgram.path ?? "", limits: settings)
        defer { workers.stop() }
        let whole = try Self.document(kind)
        var random = SeededGenerator(seed: UInt64(whole.count))
        for round in 0..<16 {
            let bytes = Self.mutated(whole, &random)
            do {
                try workers.read(bytes, limits: Self.limits) { session in
                    for number in 1...session.pageCount { try Self.expectSound(session.page(number).page) }
                }
            } catch let error as ReadingError {
                #expect(!error.code.isEmpty && error.code != "readers_busy", "\(kind) \(round)")
            }
        }
        // Whatever became of those, the next document is read.
        try workers.read(whole) { session in
            #expect(session.pageCount == (kind == .pdf ? 2 : 1))
            let words = try session.page(1).page.words
            #expect(kind != .pdf || words.contains { $0.text == "NDIAMBOUR" })
        }
    }

    private static func expectSound(_ page: DocumentPage) {
        #expect(page.aspect.isFinite && page.aspect > 0)
        for word in page.words {
            #expect(word.box.left <= word.box.right && word.box.top <= word.box.bottom && 0...1 ~= word.confidence)
        }
    }
}

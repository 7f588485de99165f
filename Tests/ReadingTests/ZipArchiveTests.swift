import TestKit
import Testing

@testable import Reading

@Suite struct ZipArchiveTests {
    private func failure(_ bytes: [UInt8], _ limits: ReadingLimits = ReadingLimits()) -> String? {
        do throws(ReadingError) {
            let archive = try ZipArchive(DocumentBytes(bytes), limits)
            for entry in archive.entries {
                var window = ByteWindow(try archive.open(entry), sentinel: 0)
                while try window.more() { window.start = window.end }
            }
            return nil
        } catch { return error.code }
    }

    private static let sample = TestWorkbook.archive([
        ("a.txt", String(repeating: "abc", count: 1000)), ("b/c.txt", "xyz"), ("empty", ""),
    ])

    @Test func contents() throws {
        let archive = try ZipArchive(DocumentBytes(Self.sample), ReadingLimits())
        #expect(archive.entries.map(\.name) == ["a.txt", "b/c.txt", "empty"])
        let entry = try #require(archive["B/C.TXT"])
        var window = ByteWindow(try archive.open(entry), sentinel: 0)
        while try window.more() {}
        #expect(Array(UnsafeBufferPointer(start: window.base, count: window.end)) == Array("xyz".utf8))
        #expect(failure(Self.sample) == nil)
    }

    /// No change of a byte that matters goes unnoticed, and none crashes.
    @Test func everyByteCounts() {
        var unnoticed: [Int] = []
        for k in Self.sample.indices {
            var bytes = Self.sample
            bytes[k] ^= 0x10
            if failure(bytes) == nil { unnoticed.append(k) }
        }
        // Versions, flags, times and attributes, which nobody reads.
        #expect(unnoticed.count <= 3 * 30)
        for end in Self.sample.indices { #expect(failure(Array(Self.sample[..<end])) != nil) }
    }

    @Test func bytesInFrontAndBehind() {
        #expect(failure([0x25] + Self.sample) == "bad_archive")
        #expect(failure(Self.sample + [0]) == "bad_archive")
    }

    @Test(arguments: ["../x", "/x", "a/../../x", "a\\b", "./x", "..", ""])
    func names(_ name: String) { #expect(failure(TestWorkbook.archive([(name, "x")])) == "bad_archive") }

    @Test func twoOfTheSameName() {
        #expect(failure(TestWorkbook.archive([("a", "x"), ("A", "y")])) == "bad_archive")
    }

    /// Both directory entries point at the same bytes.
    @Test func overlap() throws {
        var bytes = TestWorkbook.archive([("a", "x"), ("a", "x")])
        let directory = Int(bytes.u32(bytes.count - 6))
        let second = directory + 46 + 1
        #expect(bytes.u32(second + 42) > 0)
        for k in 0..<4 { bytes[second + 42 + k] = 0 }
        #expect(failure(bytes) == "bad_archive")
    }

    @Test func bombs() {
        let zeros = String(repeating: "\0", count: 3 << 20)
        let bytes = TestWorkbook.archive([("a", zeros)])
        var limits = ReadingLimits()
        #expect(failure(bytes) == "archive_too_large")
        limits.expansionRatio = 1100
        #expect(failure(bytes, limits) == nil)
        limits.expandedBytes = 3 << 20
        #expect(failure(bytes, limits) == nil)
        limits.expandedBytes -= 1
        #expect(failure(bytes, limits) == "archive_too_large")
    }

    @Test func expansionRatio() throws {
        let bytes = TestWorkbook.archive([("a", String(repeating: "\0", count: 3 << 20))])
        let entry = try #require(
            try ZipArchive(
                DocumentBytes(bytes),
                {
                    var l = ReadingLimits(); l.expansionRatio = 2000; return l
                }()
            ).entries.first)
        let ratio = ((2 << 20) + entry.packedSize - 1) / entry.packedSize
        var limits = ReadingLimits()
        limits.expansionRatio = ratio
        #expect(failure(bytes, limits) == nil)
        limits.expansionRatio = ratio - 1
        #expect(failure(bytes, limits) == "archive_too_large")
    }

    /// The directory says less than what comes out.
    @Test func lyingSize() {
        var bytes = TestWorkbook.archive([("a", "xxxxxxxxxx")])
        let directory = Int(bytes.u32(bytes.count - 6))
        bytes[directory + 24] = 9
        #expect(failure(bytes) == "bad_archive")
        bytes[directory + 24] = 11
        #expect(failure(bytes) == "bad_archive")
        bytes[directory + 8] |= 1
        #expect(failure(bytes) == "encrypted_file")
    }
}

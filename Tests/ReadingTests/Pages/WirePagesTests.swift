import TestKit
import Testing

@testable import Reading

/// What processes tell each other.
@Suite struct WirePagesTests {
    private static let read = ReadPage(
        page: DocumentPage(
            number: 3, aspect: 0.7, source: .recognition,
            words: [
                PageWord(
                    text: "10S é", box: PageBox(left: 0.1, top: 0.2, right: 0.3, bottom: 0.4), confidence: 0.5,
                    isOnColour: true)
            ], rules: [PageRule(box: PageBox(left: 0, top: 0.5, right: 1, bottom: 0.5), isHorizontal: true)]),
        placement: PagePlacement(quarterTurns: 3, skew: -1.5, sentAspect: 1.4), milliseconds: 812)
    private static let answers: [PageAnswer] = [
        .failed(ReadingError("a", "b", detail: "c")), .opened(.tiff, pages: 2), .page(read), .words(read.page.words),
        .image([1, 2, 3]),
    ]
    private static var requests: [PageRequest] {
        var limits = PageLimits()
        limits.pages = 7
        return [
            .open(limits, [37, 80]), .page(5), .read([(read.page.words[0].box, .code)], page: 2),
            .image(page: 1, part: nil, widest: 900), .image(page: 1, part: read.page.words[0].box, widest: 900),
        ]
    }

    @Test func whatIsWrittenReadsBack() throws {
        for answer in Self.answers { #expect(try PageAnswer(wire: answer.wire()).wire() == answer.wire()) }
        for request in Self.requests { #expect(try PageRequest(wire: request.wire()).wire() == request.wire()) }
        guard case .page(let page) = try PageAnswer(wire: PageAnswer.page(Self.read).wire()) else {
            Issue.record("no page")
            return
        }
        #expect(page.page == Self.read.page && page.placement == Self.read.placement && page.milliseconds == 812)
    }

    @Test func cutOrLonger() {
        for bytes in Self.answers.map({ $0.wire() }) {
            for count in 0..<bytes.count {
                #expect(throws: WireReader.Malformed.self) { try PageAnswer(wire: Array(bytes[..<count])) }
            }
            #expect(throws: WireReader.Malformed.self) { try PageAnswer(wire: bytes + [0]) }
        }
        for bytes in Self.requests.map({ $0.wire() }) {
            for count in 0..<bytes.count {
                #expect(throws: WireReader.Malformed.self) { try PageRequest(wire: Array(bytes[..<count])) }
            }
        }
    }

    /// A process that was taken over may say anything: no count makes room for more than there is, no number is odd.
    @Test func anything() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<20_000 {
            var bytes = Self.answers.randomElement(using: &random)!.wire()
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard case .page(let page) = try? PageAnswer(wire: bytes) else { continue }
            #expect(page.page.aspect.isFinite && page.page.words.allSatisfy { 0...1 ~= $0.confidence })
            #expect(page.page.words.allSatisfy { abs($0.box.left) <= 10 && abs($0.box.bottom) <= 10 })
        }
    }
}

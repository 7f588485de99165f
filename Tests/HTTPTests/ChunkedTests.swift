import Platform
import Testing

@testable import HTTP

struct ChunkedTests {
    /// Decodes in pieces; the outcome is the data and what was left, or the error.
    static func decode(_ bytes: [UInt8], cuts: [Int]? = nil, trailerLimit: Int = 4096) -> Result<[[UInt8]], ParseError>
    {
        var decoder = ChunkedDecoder(trailerLimit: trailerLimit)
        let cuts = cuts ?? [0, bytes.count]
        var data: [UInt8] = []
        do throws(ParseError) {
            for (start, stop) in zip(cuts, cuts.dropFirst()) {
                let piece = Array(bytes[start..<stop])
                var used = 0
                let result = piece.withUnsafeBytes { raw in
                    Result { () throws(ParseError) in try decoder.decode(raw) { data.append(contentsOf: $0) } }
                }
                used = try result.get()
                if decoder.isDone { return .success([data, Array(bytes[(start + used)...])]) }
                #expect(used == piece.count)
            }
            return .success([data])
        } catch { return .failure(error) }
    }
    static func decode(_ text: String) -> Result<[[UInt8]], ParseError> { decode(Array(text.utf8)) }

    @Test func readsChunksAndStopsAtTheEnd() {
        let body = "5\r\nhello\r\n0A\r\n, the rest\r\n000\r\nA: b\r\nC:\r\n\r\nGET /"
        #expect(Self.decode(body) == .success([Array("hello, the rest".utf8), Array("GET /".utf8)]))
        #expect(Self.decode("0\r\n\r\n") == .success([[], []]))
    }

    static let refusals = [
        TextRefusal("extension", "5;a=b\r\nhello\r\n", .chunkExtension),
        TextRefusal("bare semicolon", "5;\r\n", .chunkExtension),
        TextRefusal("extension with LF", "2;\nxx", .chunkExtension),
        TextRefusal("no size", "\r\n", .malformedChunk),
        TextRefusal("0x", "0x5\r\nhello", .malformedChunk),
        TextRefusal("plus", "+5\r\n", .malformedChunk),
        TextRefusal("minus", "-5\r\n", .malformedChunk),
        TextRefusal("space before", " 5\r\n", .malformedChunk),
        TextRefusal("space after", "5 \r\n", .malformedChunk),
        TextRefusal("underscore", "1_0\r\n", .malformedChunk),
        TextRefusal("bare LF after size", "5\nhello", .malformedChunk),
        TextRefusal("CR without LF", "5\rhello", .malformedChunk),
        TextRefusal("16 digits", "0000000000000005\r\n", .malformedChunk),
        TextRefusal("overflow", "FFFFFFFFFFFFFFFF\r\n", .malformedChunk),
        TextRefusal("data too long", "5\r\nhello!\r\n", .malformedChunk),
        TextRefusal("bare LF after data", "5\r\nhello\n0\r\n\r\n", .malformedChunk),
        TextRefusal("no end of data", "1\r\na2\r\n", .malformedChunk),
        TextRefusal("trailer fold", "0\r\nA: b\r\n c\r\n\r\n", .malformedTrailer),
        TextRefusal("trailer bare LF", "0\r\nA: b\n\r\n", .malformedTrailer),
        TextRefusal("trailer NUL", "0\r\nA: \0\r\n\r\n", .malformedTrailer),
        TextRefusal("trailer space", "0\r\nA : b\r\n\r\n", .malformedTrailer),
        TextRefusal("trailer without colon", "0\r\nGET / HTTP/1.1\r\n\r\n", .malformedTrailer),
        TextRefusal("end bare LF", "0\r\n\n", .malformedTrailer),
        TextRefusal("end CR", "0\r\n\rX", .malformedTrailer),
    ]

    @Test(arguments: refusals)
    func refuses(_ refusal: TextRefusal) {
        #expect(Self.decode(refusal.text) == .failure(refusal.error))
    }

    @Test func acceptsFifteenDigits() {
        #expect(Self.decode("000000000000001\r\na\r\n0\r\n\r\n") == .success([[0x61], []]))
    }

    @Test func boundsTrailers() {
        let bytes = Array("0\r\nA: 45\r\n\r\n".utf8)
        #expect(Self.decode(bytes, trailerLimit: 7) == .success([[], []]))
        #expect(Self.decode(bytes, trailerLimit: 6) == .failure(.trailersTooLarge))
    }

    @Test func cutsDoNotMatter() {
        var generator = Random(seed: 2)
        let odd = Array("0123456789abcdefABCDEF;\r\n :x\0".utf8)
        for round in 0..<3000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                let data = (0..<Int.random(in: 1...40, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
                bytes += Self.framed(data)
            }
            bytes += Array("0\r\nT: v\r\n\r\nnext".utf8)
            if round % 2 == 1 {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = odd.randomElement(using: &generator) ?? 0
            }
            let whole = Self.decode(bytes)
            #expect(Self.decode(bytes, cuts: generator.cuts(bytes.count)) == whole)
            #expect(Self.decode(bytes, cuts: Array(0...bytes.count)) == whole)
        }
    }

    static func framed(_ data: [UInt8]) -> [UInt8] {
        var queue = ByteQueue()
        ResponseWriter().writeChunk(data, to: &queue)
        return Array(queue.bytes)
    }

    @Test(arguments: [
        (1, "1\r\n"), (15, "f\r\n"), (16, "10\r\n"), (255, "ff\r\n"), (256, "100\r\n"), (65536, "10000\r\n"),
    ])
    func writesSizes(_ count: Int, _ prefix: String) {
        let framed = Self.framed([UInt8](repeating: 7, count: count))
        #expect(framed.starts(with: Array(prefix.utf8)))
        #expect(framed.count == prefix.utf8.count + count + 2)
    }

    /// An empty chunk would end the body.
    @Test func writesNothingForNothing() { #expect(Self.framed([]).isEmpty) }

    @Test func roundTrips() {
        let data = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        var end = ByteQueue()
        ResponseWriter().writeLastChunk(to: &end)
        #expect(Self.decode(Self.framed(data) + Array(end.bytes)) == .success([data, []]))
    }
}

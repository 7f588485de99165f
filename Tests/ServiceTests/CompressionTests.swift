import CZlib
import HTTP
import TestKit
import Testing

@testable import Service

@Suite struct CompressionTests {
    let service = RunningService.local

    @Test func itIsDoneForThoseWhoAsk() throws {
        let plain = try service.get().ask("GET", "/essai/long")
        #expect(plain.value("Content-Encoding") == nil)
        #expect(plain.text == TrialRoutes.largeText)
        #expect(plain.value("Vary") == "Accept-Encoding")
        let small = try service.get().ask("GET", "/essai/long", ["Accept-Encoding": "br, gzip"])
        #expect(small.value("Content-Encoding") == "gzip")
        #expect(small.value("Vary") == "Accept-Encoding")
        #expect(small.body.count * 10 < plain.body.count)
        #expect(try Self.expand(small.body) == plain.body)
        // The same content in other bytes: comparable, but not the same.
        #expect(small.value("ETag") == plain.value("ETag").map { "W/" + $0 })
    }

    @Test(arguments: ["identity", "gzip;q=0", "br", "*;q=0", "gzip;q=0.1, identity"])
    func itIsNotForOthers(_ accepted: String) throws {
        let answer = try service.get().ask("GET", "/essai/long", ["Accept-Encoding": accepted])
        #expect(answer.value("Content-Encoding") == nil)
        #expect(answer.text == TrialRoutes.largeText)
    }

    @Test func shortAnswersStayAsTheyAre() throws {
        let answer = try service.get().ask("GET", "/health", ["Accept-Encoding": "gzip"])
        #expect(answer.value("Content-Encoding") == nil)
    }

    @Test func documentsArriveWhole() throws {
        for path in ["/openapi.json", "/docs", "/problems", "/assets/inspectia.css"] {
            let plain = try service.get().ask("GET", path)
            let small = try service.get().ask("GET", path, ["Accept-Encoding": "gzip"])
            #expect(try Self.expand(small.body) == plain.body, "\(path)")
        }
    }

    /// By zlib itself.
    private static func expand(_ bytes: [UInt8]) throws -> [UInt8] {
        var stream = z_stream()
        try #require(inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
        defer { inflateEnd(&stream) }
        var input = bytes
        return try [UInt8](unsafeUninitializedCapacity: 4 << 20) { output, count in
            try input.withUnsafeMutableBufferPointer { input in
                (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(input.count))
                (stream.next_out, stream.avail_out) = (output.baseAddress, UInt32(output.count))
                try #require(inflate(&stream, Z_FINISH) == Z_STREAM_END)
                #expect(stream.avail_in == 0)
            }
            count = Int(stream.total_out)
        }
    }
}

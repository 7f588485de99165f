import TestKit
import Testing

@testable import Net

/// Bytes that another server on the way may read differently: refused, and nothing after them is looked at.
@Suite(.serialized) struct MalformedRequestTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let status: Int
        let bytes: String
        init(_ description: String, _ status: Int = 400, all bytes: String) {
            (testDescription, self.status, self.bytes) = (description, status, bytes)
        }
        init(_ description: String, _ status: Int = 400, post fields: String, _ body: String = "") {
            self.init(description, status, all: "POST /whole HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n\(body)")
        }
    }

    private static let chunked = "Transfer-Encoding: chunked"

    static let framing: [Case] = [
        Case("length and chunked", post: "Content-Length: 5\r\n\(chunked)", "0\r\n\r\n"),
        Case("chunked and length", post: "\(chunked)\r\nContent-Length: 5", "0\r\n\r\n"),
        Case("two lengths", post: "Content-Length: 5\r\nContent-Length: 6", "hello"),
        Case("two equal lengths", post: "Content-Length: 5\r\nContent-Length: 5", "hello"),
        Case("a list of lengths", post: "Content-Length: 5, 5", "hello"),
        Case("signed length", post: "Content-Length: +5", "hello"),
        Case("negative length", post: "Content-Length: -5", "hello"),
        Case("hexadecimal length", post: "Content-Length: 0x5", "hello"),
        Case("empty length", post: "Content-Length: ", "hello"),
        Case("length with a space", post: "Content-Length: 1 0", "hello"),
        Case("enormous length", post: "Content-Length: 99999999999999999999", "hello"),
        Case("length past 64 bits", post: "Content-Length: 18446744073709551621", "hello"),
        Case("chunked twice", post: "\(chunked)\r\n\(chunked)", "0\r\n\r\n"),
        Case("chunked, chunked", post: "Transfer-Encoding: chunked, chunked", "0\r\n\r\n"),
        Case("unknown coding", 501, post: "Transfer-Encoding: gzip", "0\r\n\r\n"),
        Case("gzip, chunked", 501, post: "Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
        Case("xchunked", 501, post: "Transfer-Encoding: xchunked", "0\r\n\r\n"),
        Case("chunked with a vertical tab", post: "Transfer-Encoding: \u{b}chunked", "0\r\n\r\n"),
        Case("chunked in HTTP/1.0", all: "POST /whole HTTP/1.0\r\nHost: a\r\n\(chunked)\r\n\r\n0\r\n\r\n"),
    ]

    static let chunks: [Case] = [
        Case("chunk extension", post: chunked, "5;a=b\r\nhello\r\n0\r\n\r\n"),
        Case("chunk size with 0x", post: chunked, "0x5\r\nhello\r\n0\r\n\r\n"),
        Case("chunk size with sign", post: chunked, "+5\r\nhello\r\n0\r\n\r\n"),
        Case("negative chunk size", post: chunked, "-5\r\nhello\r\n0\r\n\r\n"),
        Case("chunk size with space", post: chunked, "5 \r\nhello\r\n0\r\n\r\n"),
        Case("no chunk size", post: chunked, "\r\nhello\r\n0\r\n\r\n"),
        Case("chunk size past 64 bits", post: chunked, "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        Case("chunk longer than its size", post: chunked, "4\r\nhello\r\n0\r\n\r\n"),
        Case("bare LF after the size", post: chunked, "5\nhello\r\n0\r\n\r\n"),
        Case("bare LF after the data", post: chunked, "5\r\nhello\n0\r\n\r\n"),
        Case("bare CR after the data", post: chunked, "5\r\nhello\r0\r\n\r\n"),
        Case("malformed trailer", post: chunked, "0\r\nA : b\r\n\r\n"),
        Case("trailers too large", post: chunked, "0\r\nA: \(String(repeating: "b", count: 5000))\r\n\r\n"),
    ]

    static let heads: [Case] = [
        Case("no Host", all: "GET /now/1 HTTP/1.1\r\n\r\n"),
        Case("two Hosts", all: "GET /now/1 HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
        Case("Host with a path", all: "GET /now/1 HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        Case("Host with a user", all: "GET /now/1 HTTP/1.1\r\nHost: u@a\r\n\r\n"),
        Case("bare LF", all: "GET /now/1 HTTP/1.1\nHost: a\n\n"),
        Case("bare LF in the fields", all: "GET /now/1 HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"),
        Case("bare CR", all: "GET /now/1 HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"),
        Case("folded field", all: "GET /now/1 HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n"),
        Case("first field folded", all: "GET /now/1 HTTP/1.1\r\n Host: a\r\n\r\n"),
        Case("space before the colon", all: "GET /now/1 HTTP/1.1\r\nHost : a\r\n\r\n"),
        Case("no field name", all: "GET /now/1 HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
        Case("no colon", all: "GET /now/1 HTTP/1.1\r\nHost: a\r\nX\r\n\r\n"),
        Case("NUL in a value", all: "GET /now/1 HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n"),
        Case("NUL in a name", all: "GET /now/1 HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n"),
        Case("NUL in the target", all: "GET /now/\0 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("two spaces", all: "GET  /now/1 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("space in the target", all: "GET /now/ 1 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("fragment", all: "GET /now/1#a HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("no path", all: "GET now/1 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("star with GET", all: "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("no version", all: "GET /now/1\r\nHost: a\r\n\r\n"),
        Case("lower-case version", all: "GET /now/1 http/1.1\r\nHost: a\r\n\r\n"),
        Case("version 1.10", all: "GET /now/1 HTTP/1.10\r\nHost: a\r\n\r\n"),
        Case("version 2.0", 505, all: "GET /now/1 HTTP/2.0\r\nHost: a\r\n\r\n"),
        Case("version 0.9", 505, all: "GET /now/1 HTTP/0.9\r\nHost: a\r\n\r\n"),
        Case("HTTP/2 preface", all: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        Case("CONNECT", 501, all: "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"),
        Case("method too long", 501, all: "\(String(repeating: "A", count: 33)) / HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("binary", all: "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\r\n\r\n"),
        Case("three empty lines", all: "\r\n\r\n\r\nGET /now/1 HTTP/1.1\r\nHost: a\r\n\r\n"),
        Case("unknown expectation", 417, post: "Content-Length: 5\r\nExpect: 200-ok", "hello"),
    ]

    @Test(arguments: framing + chunks + heads) func isRefusedAndTheConnectionClosed(_ malformed: Case) async throws {
        try await TestServer.run { server in
            let client = try server.client()
            // Were it looked at, the second request would be answered.
            try client.send(malformed.bytes + "GET /now/smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
            try expectRefusal(client, malformed.status)
            #expect(server.witness.now.refusals.count == 1 && server.witness.now.statuses.isEmpty)
        }
    }

    /// The handler has begun: it hears of the fault, gets nothing that came after it, and gives the answer.
    @Test(arguments: chunks) func aStreamedBodyEndsAtItsFault(_ malformed: Case) async throws {
        try await TestServer.run { server in
            let client = try server.client()
            let request = malformed.bytes.replacing("/whole", with: "/streamed")
            try client.send(request + "GET /now/smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
            try expectRefusal(client, 400)
        }
    }

    @Test func whatPrecedesAMalformedRequestIsAnswered() async throws {
        try await TestServer.run { server in
            let client = try server.client()
            try client.send("GET /later/1 HTTP/1.1\r\nHost: a\r\n\r\nGET /now/2 HTTP/1.1\r\nHost: a\r\n\r\nGET\r\n\r\n")
            #expect(try client.receive().text == "1")
            #expect(try client.receive().text == "2")
            try expectRefusal(client, 400)
        }
    }
}

extension String {
    /// The standard library's own needs another module for this.
    fileprivate func replacing(_ part: String, with other: String) -> String {
        guard let place = utf8.indices.first(where: { self[$0...].hasPrefix(part) }) else { return self }
        return self[..<place] + other + self[utf8.index(place, offsetBy: part.utf8.count)...]
    }
}

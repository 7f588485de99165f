import Testing

@testable import HTTP

struct ResponseWriterTests {
    private static let date = "Sun, 06 Nov 1994 08:49:37 GMT"

    private static func head(
        _ response: Response, _ framing: ResponseWriter.Framing = .none, keepsAlive: Bool = true,
        minorVersion: UInt8 = 1, common: [Response.Field] = []
    ) -> String {
        var queue = ByteQueue()
        let writer = ResponseWriter(common: common)
        writer.writeHead(
            response, framing: framing, opening: writer.opening(date: date), keepsAlive: keepsAlive,
            minorVersion: minorVersion, to: &queue)
        return String(decoding: queue.bytes, as: UTF8.self)
    }

    @Test func writesTheWholeHead() {
        let response = Response(.ok, .json, "{}").adding("ETag", "\"1\"")
        #expect(
            Self.head(response, .length(2), common: [.init("X-Content-Type-Options", "nosniff")]) == """
                HTTP/1.1 200 OK\r\nDate: \(Self.date)\r\nX-Content-Type-Options: nosniff\r\n\
                Content-Type: application/json; charset=utf-8\r\nETag: "1"\r\nContent-Length: 2\r\n\r\n
                """)
        #expect(
            Self.head(Response(.unprocessableContent))
                == "HTTP/1.1 422 Unprocessable Content\r\nDate: \(Self.date)\r\n\r\n")
    }

    @Test(
        arguments: [
            (.none, ""), (.close, ""), (.length(0), "Content-Length: 0\r\n"),
            (.length(1_234_567_890_123), "Content-Length: 1234567890123\r\n"),
            (.chunked, "Transfer-Encoding: chunked\r\n"),
        ] as [(ResponseWriter.Framing, String)])
    func tellsHowTheBodyEnds(_ framing: ResponseWriter.Framing, _ line: String) {
        #expect(Self.head(Response(.ok), framing) == "HTTP/1.1 200 OK\r\nDate: \(Self.date)\r\n\(line)\r\n")
    }

    @Test(
        arguments: [
            (true, 1, ""), (true, 0, "Connection: keep-alive\r\n"), (false, 1, "Connection: close\r\n"),
            (false, 0, "Connection: close\r\n"),
        ] as [(Bool, UInt8, String)])
    func tellsWhetherTheConnectionStays(_ keepsAlive: Bool, _ minorVersion: UInt8, _ line: String) {
        let head = Self.head(Response(.ok), keepsAlive: keepsAlive, minorVersion: minorVersion)
        #expect(head == "HTTP/1.1 200 OK\r\nDate: \(Self.date)\r\n\(line)\r\n")
    }

    @Test func aValueStaysInItsLine() {
        let evil = "a\r\nSet-Cookie: x=1\r\n\r\nb\0\u{7f}\tc é"
        let line = "X-A: a  Set-Cookie: x=1    b   c é\r\n"
        for head in [
            Self.head(Response(.ok).adding("X-A", evil)), Self.head(Response(.ok), common: [.init("X-A", evil)]),
        ] {
            #expect(head == "HTTP/1.1 200 OK\r\nDate: \(Self.date)\r\n\(line)\r\n")
        }
        for control in ["\r", "\n", "\0", "\u{1f}", "\u{7f}"] {
            #expect(Self.head(Response(.ok).adding("X-A", "a\(control)b")).contains("X-A: a b\r\n"))
        }
        #expect(Self.head(Response(.ok).adding("X-A", "a\tb")).contains("X-A: a\tb\r\n"))
    }

    @Test func findsFieldsByTheirExactName() {
        let response = Response(.ok, fields: [.init("A", "1"), .init("AB", "2"), .init("A", "3")])
        #expect(response["A"] == "1")
        #expect(response["AB"] == "2")
        #expect(response["a"] == nil)
    }
}

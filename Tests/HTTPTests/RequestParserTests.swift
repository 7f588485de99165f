import Platform
import Testing

@testable import HTTP

struct RequestParserTests {
    @Test(arguments: Refusal.requestLine + Refusal.targets + Refusal.fields + Refusal.framing + Refusal.hosts)
    func refuses(_ refusal: Refusal) {
        let error = ParsedRequest(refusal.bytes).error
        #expect(error == refusal.error)
        #expect(error?.status.code == refusal.status)
    }

    @Test func readsAPlainRequest() {
        let request = ParsedRequest("GET /a/b?c=d?e HTTP/1.1\r\nHost: h:80\r\nX-Y:  v w \t\r\nEmpty:\r\n\r\nrest")
        #expect(request.outcome == .complete)
        #expect(request.head.method == .get)
        #expect((request.path, request.query, request.host) == ("/a/b", "c=d?e", "h:80"))
        #expect(request.fields.map(\.name) == ["Host", "X-Y", "Empty"])
        #expect(request.fields.map(\.value) == ["h:80", "v w", ""])
        #expect(request.head.framing == .none)
        #expect(request.head.keepAlive)
        #expect(
            request.head.size == "GET /a/b?c=d?e HTTP/1.1\r\nHost: h:80\r\nX-Y:  v w \t\r\nEmpty:\r\n\r\n".utf8.count)
    }

    @Test(arguments: [
        ("GET", Method.get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("PATCH", .patch), ("DELETE", .delete),
        ("OPTIONS", .options), ("get", .other), ("TRACE", .other), ("GETS", .other),
    ])
    func namesMethods(_ name: String, _ method: HTTP.Method) {
        let request = ParsedRequest("\(name) / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(request.head.method == method)
        #expect(request.method == name)
    }

    @Test(arguments: [
        ("http://h/p?q", "h", "/p", "q"), ("HTTPS://h:1/p", "h:1", "/p", ""), ("http://h", "h", "/", ""),
        ("http://h?q/r", "h", "/", "q/r"), ("http://[::1]:8/", "[::1]:8", "/", ""), ("//x/y", "other", "//x/y", ""),
        ("/%C3%A9", "other", "/%C3%A9", ""), ("/http://x", "other", "/http://x", ""),
    ])
    func readsTargets(_ target: String, _ host: String, _ path: String, _ query: String) {
        let request = ParsedRequest("GET \(target) HTTP/1.1\r\nHost: other\r\n\r\n")
        #expect((request.host, request.path, request.query) == (host, path, query))
    }

    @Test func readsAsterisk() {
        #expect(ParsedRequest("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").path == "*")
    }

    @Test(arguments: [
        "a", "a.b-c_d~", "a:", "a:0", "a:65535", "%41", "127.0.0.1:80", "[::]", "[1:2::3.4.5.6]:9", "a;b=c,d",
    ])
    func acceptsHosts(_ host: String) {
        #expect(ParsedRequest("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n").host == host)
    }

    @Test func readsFraming() {
        func framing(_ lines: String) -> BodyFraming {
            ParsedRequest("POST / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n").head.framing
        }
        #expect(framing("Content-Length: 5") == .length(5))
        #expect(framing("content-length:\t010 ") == .length(10))
        #expect(framing("CONTENT-LENGTH: 999999999999999999") == .length(999_999_999_999_999_999))
        #expect(framing("Content-Length: 0") == .none)
        #expect(framing("Transfer-Encoding: Chunked") == .chunked)
        #expect(framing("X: y") == .none)
    }

    @Test(arguments: [
        ("1.1", "X: y", true), ("1.1", "Connection: close", false), ("1.1", "Connection: x , CLOSE", false),
        ("1.1", "Connection: closed", true), ("1.0", "X: y", false), ("1.0", "Connection: Keep-Alive", true),
        ("1.0", "Connection: close\r\nConnection: keep-alive", false), ("1.1", "Connection: keep-alive, close", false),
        ("1.7", "X: y", true),
    ])
    func decidesKeepAlive(_ version: String, _ lines: String, _ keepAlive: Bool) {
        #expect(ParsedRequest("GET / HTTP/\(version)\r\nHost: a\r\n\(lines)\r\n\r\n").head.keepAlive == keepAlive)
    }

    @Test func recognisesExpectation() {
        func expects(_ version: String, _ length: Int) -> Bool {
            ParsedRequest(
                "PUT / HTTP/\(version)\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: \(length)\r\n\r\n"
            ).head.expectsContinue
        }
        #expect(expects("1.1", 3))
        #expect(!expects("1.1", 0))
        #expect(!expects("1.0", 3))
    }

    @Test func toleratesEmptyLinesAndOldClients() {
        #expect(ParsedRequest("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").outcome == .complete)
        let old = ParsedRequest("GET / HTTP/1.0\r\n\r\n")
        #expect(old.outcome == .complete)
        #expect((old.head.minorVersion, old.host) == (0, ""))
    }

    @Test func enforcesLimitsExactly() {
        var limits = HeadLimits()
        limits.fields = 3
        func fields(_ n: Int) -> ParsedRequest {
            ParsedRequest(
                "GET / HTTP/1.1\r\nHost: a\r\n" + String(repeating: "a: b\r\n", count: n - 1) + "\r\n", limits: limits)
        }
        #expect(fields(3).outcome == .complete)
        #expect(fields(4).error == .tooManyFields)

        func target(_ n: Int) -> ParsedRequest {
            ParsedRequest("GET /\(String(repeating: "a", count: n - 1)) HTTP/1.1\r\nHost: a\r\n\r\n")
        }
        #expect(target(8192).outcome == .complete)
        #expect(target(8193).error == .targetTooLong)

        func method(_ n: Int) -> ParsedRequest {
            ParsedRequest("\(String(repeating: "A", count: n)) / HTTP/1.1\r\nHost: a\r\n\r\n")
        }
        #expect(method(32).outcome == .complete)
        #expect(method(33).error == .methodTooLong)

        func head(_ n: Int) -> [UInt8] {
            let start = "GET / HTTP/1.1\r\nHost: a\r\nA: "
            return Array((start + String(repeating: "b", count: n - start.utf8.count - 4) + "\r\n\r\n").utf8)
        }
        #expect(ParsedRequest(head(32768)).head.size == 32768)
        #expect(ParsedRequest(head(32768) + head(100)).head.size == 32768)
        #expect(ParsedRequest(head(32769)).error == .headTooLarge)
        #expect(ParsedRequest(Array(head(32769).prefix(32767))).outcome == .needMore)
        #expect(ParsedRequest(Array(head(32769).prefix(32768))).error == .headTooLarge)
    }

    static let valid = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nPOST /a%20b?c HTTP/1.0\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: [::1]:80\r\nTransfer-Encoding: chunked\r\nX-Long: \t0123456789 àéè ~\r\n\r\n",
        "DELETE http://a.b:8/c?d HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: a=b; c=d\r\nEmpty:\r\n\r\n",
    ]

    @Test(arguments: valid.indices)
    func everyPrefixNeedsMore(_ index: Int) {
        let bytes = Array(Self.valid[index].utf8)
        for count in 0..<bytes.count { #expect(ParsedRequest(Array(bytes[..<count])).outcome == .needMore) }
        #expect(ParsedRequest(bytes).outcome == .complete)
    }

    @Test(arguments: valid.indices)
    func aHeadSentByteByByteCompletes(_ index: Int) {
        let bytes = Array(Self.valid[index].utf8)
        for count in 1..<bytes.count {
            #expect(ParsedRequest(Array(bytes[..<count]), known: count - 1).outcome == .needMore)
        }
        #expect(ParsedRequest(bytes, known: bytes.count - 1).outcome == .complete)
        #expect(ParsedRequest(Array(repeating: 0x41, count: 32768), known: 32767).error == .headTooLarge)
    }

    /// Whatever is done to a valid head, slices stay inside it, and a refused prefix stays refused.
    @Test func mutatedHeadsAreReadSafely() {
        var generator = Random(seed: 1)
        let odd: [UInt8] = [0, 9, 10, 13, 32, 35, 37, 44, 58, 59, 63, 91, 93, 127, 128, 255]
        for round in 0..<4000 {
            var bytes = Array(Self.valid[round % Self.valid.count].utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[place] = odd.randomElement(using: &generator) ?? 0
                case 1: bytes.remove(at: place)
                default: bytes.insert(odd.randomElement(using: &generator) ?? 0, at: place)
                }
            }
            let whole = ParsedRequest(bytes)
            let cut = ParsedRequest(Array(bytes[..<Int.random(in: 0...bytes.count, using: &generator)]))
            if let error = cut.error { #expect(whole.error == error) }
            if whole.outcome == .complete { #expect(whole.head.size <= bytes.count) }
        }
    }

    @Test func everyErrorHasItsTexts() {
        #expect(Set(ParseError.allCases.map(\.code)).count == ParseError.allCases.count)
        for error in ParseError.allCases {
            #expect(error.message.hasSuffix("."))
            #expect((400...505).contains(error.status.code))
        }
    }
}

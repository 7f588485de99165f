import Testing

@testable import HTTP

/// A head that must be refused, and why.
struct Refusal: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let bytes: [UInt8]
    let error: ParseError
    let status: UInt16

    init(_ name: String, _ text: String, _ error: ParseError, _ status: UInt16 = 400) {
        (testDescription, bytes, self.error, self.status) = (name, Array(text.utf8), error, status)
    }
    /// A request for `/` with a Host and these lines.
    init(_ name: String, post lines: String, _ error: ParseError, _ status: UInt16 = 400) {
        self.init(name, "POST / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n", error, status)
    }
    /// A GET of this target.
    init(_ name: String, target: String, _ error: ParseError = .malformedTarget, _ status: UInt16 = 400) {
        self.init(name, "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n", error, status)
    }
    init(_ name: String, host: String) {
        self.init(name, "GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n", .malformedHost)
    }

    static let requestLine = [
        Refusal("leading space", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequestLine),
        Refusal("two spaces after method", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", .malformedTarget),
        Refusal("two spaces before version", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", .malformedVersion),
        Refusal("tab between", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequestLine),
        Refusal("method with bracket", "GE(T / HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequestLine),
        Refusal("TLS hello on a plain port", "\u{16}\u{3}\u{1}\u{2}", .malformedRequestLine),
        Refusal("NUL in method", "GE\0T / HTTP/1.1\r\n", .malformedRequestLine),
        Refusal("long method", String(repeating: "A", count: 33), .methodTooLong, 501),
        Refusal("HTTP/0.9", "GET /\r\n", .malformedTarget),
        Refusal("HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", .versionNotSupported, 505),
        Refusal("HTTP/0.9 spelled", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", .versionNotSupported, 505),
        Refusal("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .malformedTarget),
        Refusal("lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n", .malformedVersion),
        Refusal("HTTP/1.10", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", .malformedVersion),
        Refusal("HTTP/1,1", "GET / HTTP/1,1\r\nHost: a\r\n\r\n", .malformedVersion),
        Refusal("HTTP/ 1.1", "GET / HTTP/ 1.1\r\nHost: a\r\n\r\n", .malformedVersion),
        Refusal("space after version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", .malformedVersion),
        Refusal("version cut short", "GET / HTTQ", .malformedVersion),
        Refusal("bare LF after version", "GET / HTTP/1.1\nHost: a\r\n\r\n", .bareLineEnding),
        Refusal("bare CR after version", "GET / HTTP/1.1\rHost: a\r\n\r\n", .bareLineEnding),
        Refusal("leading bare LF", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .bareLineEnding),
        Refusal("three empty lines first", "\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequestLine),
    ]

    static let targets = [
        Refusal("fragment", target: "/a#b"),
        Refusal("NUL", target: "/a\0"),
        Refusal("DEL", target: "/a\u{7f}"),
        Refusal("past ASCII", target: "/é"),
        Refusal("escape cut", target: "/a%2"),
        Refusal("escape not hexadecimal", target: "/%zz"),
        Refusal("escape in query", target: "/?a=%g0"),
        Refusal("relative path", target: "a/b"),
        Refusal("asterisk with GET", target: "*"),
        Refusal("authority-form with GET", target: "a:80"),
        Refusal("absolute-form of another scheme", target: "ftp://a/"),
        Refusal("absolute-form without host", target: "http:///a"),
        Refusal("absolute-form with user information", target: "http://u:p@a/"),
        Refusal("absolute-form with bad port", target: "http://a:8x/"),
        Refusal("absolute-form with port 65536", target: "http://a:65536/"),
        Refusal("early: no scheme before a cut escape", "T :/a%", .malformedTarget),
        Refusal("early: relative", "GET foo", .malformedTarget),
        Refusal("early: asterisk", "GET *", .malformedTarget),
        Refusal("asterisk and more", "OPTIONS *x HTTP/1.1\r\nHost: a\r\n\r\n", .malformedTarget),
        Refusal("CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", .connectNotSupported, 501),
        Refusal("CONNECT of a path", "CONNECT /a HTTP/1.1\r\nHost: a\r\n\r\n", .malformedTarget),
        Refusal("1 MB target", "GET /" + String(repeating: "a", count: 1_000_000), .targetTooLong, 414),
    ]

    static let fields = [
        Refusal("space before colon", post: "Content-Length : 5", .malformedFieldName),
        Refusal("space in name", post: "Content Length: 5", .malformedFieldName),
        Refusal("tab in name", post: "Content\tLength: 5", .malformedFieldName),
        Refusal("empty name", post: ": 5", .malformedFieldName),
        Refusal("no colon", post: "Content-Length", .malformedFieldName),
        Refusal("NUL in name", post: "Con\0tent: 5", .malformedFieldName),
        Refusal("NUL in value", post: "A: b\0c", .malformedFieldValue),
        Refusal("DEL in value", post: "A: a long enough value, then\u{7f}", .malformedFieldValue),
        Refusal("vertical tab in value", post: "A: b\u{b}", .malformedFieldValue),
        Refusal("bare LF after field", post: "A: b\nContent-Length: 5", .bareLineEnding),
        Refusal("bare CR in value", post: "A: b\rc", .bareLineEnding),
        Refusal("bare LF instead of the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\n", .bareLineEnding),
        Refusal("obs-fold", post: "A: b\r\n c", .foldedField),
        Refusal("obs-fold with tab", post: "A: b\r\n\tc", .foldedField),
        Refusal("fold before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", .foldedField),
        Refusal("100 kB field", post: "A: " + String(repeating: "b", count: 100_000), .headTooLarge, 431),
        Refusal("Expect something else", post: "Expect: 200-ok", .expectationFailed, 417),
        Refusal("Expect two things", post: "Expect: 100-continue, x", .expectationFailed, 417),
    ]

    static let framing = [
        Refusal("CL.TE", post: "Content-Length: 6\r\nTransfer-Encoding: chunked", .conflictingFraming),
        Refusal("TE.CL", post: "Transfer-Encoding: chunked\r\nContent-Length: 4", .conflictingFraming),
        Refusal("TE and CL 0", post: "Transfer-Encoding: chunked\r\nContent-Length: 0", .conflictingFraming),
        Refusal(
            "TE.TE twice", post: "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", .malformedTransferCoding),
        Refusal(
            "TE.TE identity", post: "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            .malformedTransferCoding),
        Refusal("TE: chunked, chunked", post: "Transfer-Encoding: chunked, chunked", .malformedTransferCoding),
        Refusal("TE: identity", post: "Transfer-Encoding: identity", .malformedTransferCoding),
        Refusal("TE: chunked, identity", post: "Transfer-Encoding: chunked, identity", .malformedTransferCoding),
        Refusal("TE: chunked, gzip", post: "Transfer-Encoding: chunked, gzip", .malformedTransferCoding),
        Refusal("TE: empty", post: "Transfer-Encoding:", .malformedTransferCoding),
        Refusal("TE: chunked,", post: "Transfer-Encoding: chunked,", .malformedTransferCoding),
        Refusal("TE: ,chunked", post: "Transfer-Encoding: ,chunked", .malformedTransferCoding),
        Refusal("TE: quoted", post: "Transfer-Encoding: \"chunked\"", .malformedTransferCoding),
        Refusal("TE: parameter", post: "Transfer-Encoding: chunked;q=1", .malformedTransferCoding),
        Refusal("TE: \\x0bchunked", post: "Transfer-Encoding: \u{b}chunked", .malformedFieldValue),
        Refusal("TE: past ASCII", post: "Transfer-Encoding: chunkedé", .malformedTransferCoding),
        Refusal("TE: xchunked", post: "Transfer-Encoding: xchunked", .transferCodingNotSupported, 501),
        Refusal("TE: gzip, chunked", post: "Transfer-Encoding: gzip, chunked", .transferCodingNotSupported, 501),
        Refusal("Transfer-Encoding : chunked", post: "Transfer-Encoding : chunked", .malformedFieldName),
        Refusal("TE folded", post: "Transfer-Encoding: chunked\r\n , identity", .foldedField),
        Refusal(
            "TE in HTTP/1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", .conflictingFraming),
        Refusal("CL: +5", post: "Content-Length: +5", .malformedContentLength),
        Refusal("CL: -5", post: "Content-Length: -5", .malformedContentLength),
        Refusal("CL: 0x5", post: "Content-Length: 0x5", .malformedContentLength),
        Refusal("CL: 5, 5", post: "Content-Length: 5, 5", .malformedContentLength),
        Refusal("CL: 5 5", post: "Content-Length: 5 5", .malformedContentLength),
        Refusal("CL: 5.0", post: "Content-Length: 5.0", .malformedContentLength),
        Refusal("CL: 1e1", post: "Content-Length: 1e1", .malformedContentLength),
        Refusal("CL: quoted", post: "Content-Length: \"5\"", .malformedContentLength),
        Refusal("CL: empty", post: "Content-Length:", .malformedContentLength),
        Refusal("CL: Arabic digits", post: "Content-Length: ٥", .malformedContentLength),
        Refusal("CL: 19 digits", post: "Content-Length: 1000000000000000000", .malformedContentLength),
        Refusal("CL twice, different", post: "Content-Length: 5\r\nContent-Length: 6", .duplicatedContentLength),
        Refusal("CL twice, equal", post: "Content-Length: 5\r\ncontent-length: 5", .duplicatedContentLength),
    ]

    static let hosts = [
        Refusal("no Host", "GET / HTTP/1.1\r\nA: b\r\n\r\n", .missingHost),
        Refusal("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .duplicatedHost),
        Refusal("two Hosts in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", .duplicatedHost),
        Refusal("bad Host beside absolute-form", "GET http://a/ HTTP/1.1\r\nHost: b/c\r\n\r\n", .malformedHost),
        Refusal("no Host beside absolute-form", "GET http://a/ HTTP/1.1\r\n\r\n", .missingHost),
        Refusal("empty Host", host: ""),
        Refusal("port alone", host: ":80"),
        Refusal("user information", host: "u@a"),
        Refusal("user and password", host: "u:p@a"),
        Refusal("path", host: "a/b"),
        Refusal("query", host: "a?b"),
        Refusal("space", host: "a b"),
        Refusal("list", host: "a\t,b"),
        Refusal("letters in port", host: "a:8o"),
        Refusal("two ports", host: "a:1:2"),
        Refusal("port 65536", host: "a:65536"),
        Refusal("bad escape", host: "a%2"),
        Refusal("past ASCII", host: "é"),
        Refusal("open bracket", host: "[::1"),
        Refusal("empty brackets", host: "[]"),
        Refusal("name in brackets", host: "[a]"),
        Refusal("after bracket", host: "[::1]a"),
        Refusal("IPv6 without brackets", host: "::1"),
        Refusal("zone", host: "[fe80::1%25eth0]"),
        Refusal("backslash", host: "a\\b"),
    ]
}

import Testing

@testable import HTTP

struct MediaTypeTests {
    @Test func readsTypes() throws {
        let type = try MediaType(bytes("Text/HTML ; Charset=\"utf-8\"; a=\"b \\\"c\\\"\""))
        #expect((type.type, type.subtype) == ("text", "html"))
        #expect(type.parameter("charset") == "utf-8")
        #expect(type.parameter("a") == "b \"c\"")
        #expect(type.description == "text/html; charset=utf-8; a=\"b \\\"c\\\"\"")
        #expect(try MediaType(bytes(type.description)) == type)
        #expect(type.isSame(as: .html))
        #expect(try MediaType(bytes("application/json;")).isJSON)
        #expect(try MediaType(bytes("application/merge-patch+json")).isJSON)
        #expect(try !MediaType(bytes("text/json")).isJSON)
    }

    @Test(arguments: [
        "", "text", "text/", "/html", "text /html", "text/html; charset", "text/html; charset=", "text/html; =a",
        "text/html; a=\"b", "text/html, text/plain", "text/html; a=b c", "text/html;a=1;A=2", "text/html; a =b",
        "te(xt/a",
    ])
    func refuses(_ text: String) {
        #expect(throws: ParseError.malformedMediaType) { try MediaType(bytes(text)) }
    }
}

struct AcceptTests {
    static let offers: [MediaType] = [.json, .html, .csv]

    @Test(
        arguments: [
            (nil, 0), ("", 0), ("*/*", 0), ("text/*", 1), ("text/csv", 2), ("text/html, text/csv", 1),
            ("text/html;q=0.5, text/csv", 2), ("application/json;q=0, */*", 1), ("text/*;q=0.9, text/html;q=0.1", 2),
            ("*/*;q=0.1, text/html;q=0.2", 1), ("image/png", nil), ("application/json;q=0", nil), ("*/*;q=0", nil),
            ("text/html, image/gif, *; q=.2, */*; q=.2", 1), ("TEXT/CSV;Q=1.000", 2),
            ("text/csv;q=1.001, text/html", 1),
            ("garbage", 0), ("text/csv;x=\"a,b\";q=0.5, text/html;q=0.4", 2), (", ,text/csv", 2),
            ("text/html;level=1;q=0.3, application/json;q=0.2", 1),
        ] as [(String?, Int?)])
    func choosesMediaTypes(_ field: String?, _ place: Int?) {
        #expect(Accept.choose(field.map(bytes), from: Self.offers) == place)
    }

    @Test(
        arguments: [
            (nil, false), ("gzip", true), ("deflate, GZIP;q=0.5", true), ("x-gzip", true), ("*", true),
            ("gzip;q=0", false),
            ("*, gzip;q=0", false), ("br", false), ("", false), ("identity, gzip;q=0.5", false),
            ("identity;q=0.1, gzip", true),
        ] as [(String?, Bool)])
    func findsGzip(_ field: String?, _ isWanted: Bool) { #expect(Accept.wantsGzip(field.map(bytes)) == isWanted) }

    @Test(
        arguments: [
            (nil, .fr), ("fr-SN,fr;q=0.8,en;q=0.5", .fr), ("en-US,en;q=0.9", .en), ("en;q=0.5,fr", .fr), ("de", .fr),
            ("*", .fr),
            ("en", .en), ("fr;q=0, *", .en), ("wo, en;q=0.7, fr;q=0.6", .en),
        ] as [(String?, Accept.Language)])
    func choosesLanguages(_ field: String?, _ language: Accept.Language) {
        #expect(Accept.language(field.map(bytes)) == language)
    }
}

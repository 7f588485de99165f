import Testing

@testable import HTTP

struct PercentCodingTests {
    @Test(arguments: [
        ("a", "a"), ("", ""), ("a%20b", "a b"), ("%C3%A9", "é"), ("%c3%a9", "é"), ("a+b", "a+b"), ("%2F", "/"),
        ("é", "é"), ("%25%32%35", "%25"),
    ])
    func decodes(_ encoded: String, _ text: String) throws {
        #expect(try PercentCoding.decode(encoded.utf8) == text)
    }

    @Test(arguments: ["%", "%2", "%2g", "%zz", "a%", "%C3", "%FF", "%00", "\0", "%ED%A0%80", "%C0%AF", "%+1"])
    func refuses(_ encoded: String) {
        #expect(throws: ParseError.malformedText) { try PercentCoding.decode(encoded.utf8) }
    }

    @Test func encodes() throws {
        #expect(PercentCoding.encode("a-._~Z9") == "a-._~Z9")
        #expect(PercentCoding.encode("é/ ?&=+%") == "%C3%A9%2F%20%3F%26%3D%2B%25")
        let all = String(String.UnicodeScalarView((1...0x2ff).compactMap(Unicode.Scalar.init)))
        #expect(try PercentCoding.decode(PercentCoding.encode(all).utf8) == all)
    }
}

struct QueryTests {
    static func query(_ text: String, limit: Int = 100) throws -> Query {
        try Query(Array(text.utf8)[...], limit: limit)
    }

    @Test func findsValues() throws {
        let query = try Self.query("a=1&b=x+y%26z&a=2&c&d=&&%65=5&=v&f=g=h")
        #expect(try query.first("a") == "1")
        #expect(try query.all("a") == ["1", "2"])
        #expect(try query.single("b") == "x y&z")
        #expect(try query.first("c") == "")
        #expect(try query.first("d") == "")
        #expect(try query.first("e") == "5")
        #expect(try query.first("") == "v")
        #expect(try query.first("f") == "g=h")
        #expect(try query.first("z") == nil)
        #expect(try query.names == ["a", "b", "a", "c", "d", "e", "", "f"])
        #expect(try Self.query("").names == [])
    }

    @Test func detectsDuplicates() throws {
        #expect(throws: ParseError.duplicatedParameter) { try Self.query("a=1&%61=1").single("a") }
        #expect(try Self.query("b=1").single("a") == nil)
    }

    @Test func refusesBadText() throws {
        #expect(throws: ParseError.malformedText) { try Self.query("a=%ff").first("a") }
        #expect(throws: ParseError.malformedText) { try Self.query("%zz=1&a=1").first("a") }
        #expect(try Self.query("b=%ff&a=1").first("a") == "1")
    }

    @Test func boundsTheCount() throws {
        _ = try Self.query("a&b&&c&", limit: 3)
        #expect(throws: ParseError.tooManyParameters) { try Self.query("a&b&c&d", limit: 3) }
    }

    @Test func readsInsideALargerArray() throws {
        let bytes = Array("/p?a=1&b=2 HTTP".utf8)
        #expect(try Query(bytes[3..<10]).single("b") == "2")
    }
}

import Testing

@testable import HTTP

struct EntityTagTests {
    @Test func comparesAsTheTableOfTheRFC() throws {
        let (weak1, weak2) = (EntityTag("1", isWeak: true), EntityTag("2", isWeak: true))
        let strong1 = try #require(EntityTag("1"))
        let one = try #require(weak1)
        let two = try #require(weak2)
        #expect(!one.isStronglyEqual(to: one) && one.isWeaklyEqual(to: one))
        #expect(!one.isStronglyEqual(to: two) && !one.isWeaklyEqual(to: two))
        #expect(!one.isStronglyEqual(to: strong1) && one.isWeaklyEqual(to: strong1))
        #expect(strong1.isStronglyEqual(to: strong1) && strong1.isWeaklyEqual(to: strong1))
    }

    @Test func readsAndWrites() throws {
        #expect(try EntityTag(bytes("\"a,b\"")) == EntityTag("a,b"))
        #expect(try EntityTag(bytes("W/\"\"")) == EntityTag("", isWeak: true))
        #expect(EntityTag("x", isWeak: true)?.description == "W/\"x\"")
        #expect(EntityTag("a\"b") == nil)
        #expect(EntityTag("a b") == nil)
    }

    @Test(arguments: ["", "a", "\"a", "a\"", "w/\"a\"", "W\"a\"", "\"a b\"", "\"a\" x", "\"a\"\"b\""])
    func refuses(_ text: String) {
        #expect(throws: ParseError.malformedEntityTag) { try EntityTag(bytes(text)) }
    }

    @Test func readsLists() throws {
        #expect(try EntityTagList(bytes("*")) == .any)
        let two = [EntityTag("a"), EntityTag("b", isWeak: true)].compactMap(\.self)
        #expect(try EntityTagList(bytes("\"a\" ,, W/\"b\",")) == .tags(two))
        for bad in ["", ",", "* , \"a\"", "\"a\", *", "\"a\" \"b\"", "a"] {
            #expect(throws: ParseError.malformedEntityTag) { try EntityTagList(bytes(bad)) }
        }
    }
}

struct PreconditionsTests {
    static let (before, date, after) = (
        "Sun, 06 Nov 1994 08:49:36 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:38 GMT"
    )
    static let modified: Int64 = 784_111_777

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var method = Method.get
        var ifMatch: String?
        var ifNoneMatch: String?
        var ifModifiedSince: String?
        var ifUnmodifiedSince: String?
        var exists = true
        var hasDate = true
        let verdict: Preconditions.Verdict
    }

    static let cases = [
        Case(testDescription: "none", verdict: .proceed),
        Case(testDescription: "match", method: .put, ifMatch: "\"x\", \"e\"", verdict: .proceed),
        Case(testDescription: "no match", method: .put, ifMatch: "\"x\"", verdict: .failed),
        Case(testDescription: "weak tag never matches", method: .put, ifMatch: "W/\"e\"", verdict: .failed),
        Case(testDescription: "any", method: .put, ifMatch: "*", verdict: .proceed),
        Case(testDescription: "any of nothing", method: .put, ifMatch: "*", exists: false, verdict: .failed),
        Case(testDescription: "unmodified since", method: .put, ifUnmodifiedSince: date, verdict: .proceed),
        Case(testDescription: "modified since", method: .put, ifUnmodifiedSince: before, verdict: .failed),
        Case(
            testDescription: "unmodified without date", method: .put, ifUnmodifiedSince: before, hasDate: false,
            verdict: .proceed),
        Case(testDescription: "bad date ignored", method: .put, ifUnmodifiedSince: "yesterday", verdict: .proceed),
        Case(
            testDescription: "If-Match hides If-Unmodified-Since", method: .put, ifMatch: "\"e\"",
            ifUnmodifiedSince: before, verdict: .proceed),
        Case(testDescription: "none match", ifNoneMatch: "\"x\"", verdict: .proceed),
        Case(testDescription: "cached", ifNoneMatch: "W/\"e\"", verdict: .notModified),
        Case(testDescription: "cached for HEAD", method: .head, ifNoneMatch: "\"e\"", verdict: .notModified),
        Case(testDescription: "cached for PUT", method: .put, ifNoneMatch: "\"e\"", verdict: .failed),
        Case(testDescription: "create only", method: .put, ifNoneMatch: "*", verdict: .failed),
        Case(testDescription: "create", method: .put, ifNoneMatch: "*", exists: false, verdict: .proceed),
        Case(testDescription: "not modified", ifModifiedSince: date, verdict: .notModified),
        Case(testDescription: "not modified later", ifModifiedSince: after, verdict: .notModified),
        Case(testDescription: "modified", ifModifiedSince: before, verdict: .proceed),
        Case(testDescription: "not for POST", method: .post, ifModifiedSince: after, verdict: .proceed),
        Case(
            testDescription: "If-None-Match hides If-Modified-Since", ifNoneMatch: "\"x\"", ifModifiedSince: after,
            verdict: .proceed),
        Case(
            testDescription: "If-Match first", ifMatch: "\"x\"", ifNoneMatch: "\"e\"", verdict: .failed),
        Case(
            testDescription: "both hold", ifMatch: "\"e\"", ifNoneMatch: "\"e\"", verdict: .notModified),
    ]

    @Test(arguments: cases)
    func evaluates(_ test: Case) throws {
        let conditions = try Preconditions(
            ifMatch: test.ifMatch.map(bytes), ifNoneMatch: test.ifNoneMatch.map(bytes),
            ifModifiedSince: test.ifModifiedSince.map(bytes), ifUnmodifiedSince: test.ifUnmodifiedSince.map(bytes))
        let verdict = conditions.evaluate(
            test.method, etag: test.exists ? EntityTag("e") : nil,
            lastModified: test.hasDate ? Self.modified : nil, exists: test.exists)
        #expect(verdict == test.verdict)
    }

    @Test func refusesMalformedTags() {
        #expect(throws: ParseError.malformedEntityTag) { try Preconditions(ifMatch: bytes("e")) }
        #expect(throws: ParseError.malformedEntityTag) { try Preconditions(ifNoneMatch: bytes("e")) }
    }

    @Test(arguments: [
        ("\"e\"", true), ("W/\"e\"", false), ("\"x\"", false), (date, true), (before, false), (after, false),
        ("x", false),
    ])
    func decidesIfRange(_ field: String, _ applies: Bool) {
        #expect(
            Preconditions.rangeApplies(ifRange: bytes(field), etag: EntityTag("e"), lastModified: Self.modified)
                == applies)
    }
}

struct ByteRangeTests {
    @Test(
        arguments: [
            ("bytes=0-4", 10, .part(0..<5)), ("bytes=5-", 10, .part(5..<10)), ("bytes=-3", 10, .part(7..<10)),
            ("bytes=0-0", 10, .part(0..<1)), ("bytes=9-9", 10, .part(9..<10)), ("bytes=4-100", 10, .part(4..<10)),
            ("bytes=-100", 10, .part(0..<10)), ("Bytes=1-2", 10, .part(1..<3)), ("bytes= 1-2 ", 10, .part(1..<3)),
            ("bytes=0-99999999999999999999999", 10, .part(0..<10)), ("bytes=10-", 10, .unsatisfiable),
            ("bytes=10-20", 10, .unsatisfiable), ("bytes=-0", 10, .unsatisfiable), ("bytes=0-", 0, .unsatisfiable),
            ("bytes=99999999999999999999999-", 10, .unsatisfiable), ("bytes=-5", 0, .whole), ("bytes=5-4", 10, .whole),
            ("bytes=0-1,3-4", 10, .whole), ("bytes=-", 10, .whole), ("bytes=", 10, .whole), ("bytes=a-b", 10, .whole),
            ("items=0-1", 10, .whole), ("bytes=1 - 2", 10, .whole), ("bytes=--1", 10, .whole), ("", 10, .whole),
            ("bytes=0-9223372036854775807", 10, .part(0..<10)), ("bytes=-9223372036854775808", 10, .part(0..<10)),
        ] as [(String, Int, ByteRange)])
    func selects(_ field: String, _ size: Int, _ range: ByteRange) {
        #expect(ByteRange(bytes(field), size: size) == range)
    }

    @Test func saysWhatItSends() {
        #expect(ByteRange.part(0..<5).contentRange(size: 10) == "bytes 0-4/10")
        #expect(ByteRange.unsatisfiable.contentRange(size: 10) == "bytes */10")
        #expect(ByteRange.whole.contentRange(size: 10) == nil)
    }
}

import Platform
import Testing

@testable import HTTP

struct HTTPDateTests {
    static let forms = [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    ]

    @Test(arguments: forms)
    func readsThreeForms(_ text: String) {
        #expect(HTTPDate.parse(bytes(text), now: Timestamp(microseconds: 1_700_000_000_000_000)) == 784_111_777)
    }

    @Test(
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"), (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (-62_135_596_800, "Mon, 01 Jan 0001 00:00:00 GMT"),
        ] as [(Int64, String)])
    func writesAndReads(_ seconds: Int64, _ text: String) {
        #expect(HTTPDate.text(seconds) == text)
        #expect(HTTPDate.parse(bytes(text)) == seconds)
    }

    @Test func clampsYears() {
        for beyond in [Int64.max, 253_402_300_800] {
            #expect(HTTPDate.text(beyond) == "Fri, 31 Dec 9999 23:59:59 GMT")
        }
        for beyond in [Int64.min, -62_135_596_801] {
            #expect(HTTPDate.text(beyond) == "Mon, 01 Jan 0001 00:00:00 GMT")
        }
        #expect(HTTPDate.parse(bytes("Sat, 01 Jan 0000 00:00:00 GMT")) == nil)
    }

    @Test func everyMomentComesBack() {
        var random = Random(seed: 7)
        for _ in 0..<20_000 {
            let seconds = Int64.random(in: -62_135_596_800...253_402_300_799, using: &random)
            #expect(HTTPDate.parse(bytes(HTTPDate.text(seconds))) == seconds)
        }
    }

    /// RFC 9110 §5.6.7: what seems more than fifty years ahead is past.
    @Test(arguments: [
        ("Monday, 01-Jun-76 23:59:59 GMT", "Mon, 01 Jun 2076 23:59:59 GMT"),
        ("Wednesday, 02-Jun-76 00:00:00 GMT", "Wed, 02 Jun 1976 00:00:00 GMT"),
        ("Friday, 01-Jan-77 00:00:00 GMT", "Sat, 01 Jan 1977 00:00:00 GMT"),
        ("Tuesday, 29-Feb-00 00:00:00 GMT", "Tue, 29 Feb 2000 00:00:00 GMT"),
    ])
    func choosesTheCentury(_ text: String, _ expected: String) {
        let now = Timestamp(year: 2026, month: 6, day: 1)
        #expect(now.flatMap { HTTPDate.parse(bytes(text), now: $0) }.map(HTTPDate.text) == expected)
    }

    @Test func aLeapSecondIsTheNextSecond() {
        #expect(HTTPDate.parse(bytes("Sat, 31 Dec 2016 23:59:60 GMT")) == 1_483_228_800)
        #expect(HTTPDate.parse(bytes("Fri, 31 Dec 9999 23:59:60 GMT")) == 253_402_300_799)
    }

    @Test(arguments: [
        "", "0", ",", "Sun", "Sun,", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 +0000", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 29 Feb 1900 08:49:37 GMT", "sun, 06 nov 1994 08:49:37 gmt", "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT ", " Sun, 06 Nov 1994 08:49:37 GMT", "Xyz, 06 Nov 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z", "Sun, 06 Nov 94 08:49:37 GMT",
        "Sunday, 06 Nov 1994 08:49:37 GMT", "Sun, 06-Nov-94 08:49:37 GMT", "Sunda, 06-Nov-94 08:49:37 GMT",
        "Wednesday1, 06-Nov-94 08:49:37 GMT", "Sun Nov 6 08:49:37 1994", "Sun Nov 06 08:49:37 94",
        "Sun,\u{0}06 Nov 1994 08:49:37 GMT",
    ])
    func refuses(_ text: String) { #expect(HTTPDate.parse(bytes(text)) == nil) }

    /// Whatever is read can be written and read again.
    @Test func mangledTextsAreReadSafely() {
        var random = Random(seed: 3)
        for round in 0..<20_000 {
            var text = Array(Self.forms[round % Self.forms.count].utf8)
            text[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            text.removeLast(Int.random(in: 0...2, using: &random))
            if let seconds = text.withUnsafeBytes({ HTTPDate.parse($0) }) {
                #expect(HTTPDate.parse(bytes(HTTPDate.text(seconds))) == seconds)
            }
        }
    }
}

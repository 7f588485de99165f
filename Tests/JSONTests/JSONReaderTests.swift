import JSON
import Testing

@Suite struct JSONReaderTests {
    @Test func readsATypedArray() throws {
        let text = #" [ {"rang":1,"masse_nette":12.5,"montant":12345678901234567.89}, {"montant":0,"rang":-7} ] "#
        let articles = try [Article](parsing: Array(text.utf8))
        #expect(articles.map(\.rang) == [1, -7])
        #expect(articles.map(\.masseNette) == [12.5, nil])
        #expect(articles[0].montant == "12345678901234567.89")
    }

    @Test func nullIsNilAndAnotherValueIsLeftToBeRead() throws {
        let values = try [Int?](parsing: Array("[1,null,3]".utf8))
        #expect(values == [1, nil, 3])
    }

    @Test func readsAClosedListOfWords() throws {
        #expect(try [Lane](parsing: Array(#"["zone_grise","fraude"]"#.utf8)) == [.zoneGrise, .fraude])
        let error = #expect(throws: JSONError.self) { try [Lane](parsing: Array(#"["fraude", "doute"]"#.utf8)) }
        #expect(error?.reason == .refusedValue)
        #expect(error?.offset == 11)
        #expect(error?.pointer == "/1")
    }

    @Test func slicesAValueAsItWasWritten() throws {
        let text = Array(#"{"a": {"b" : [1, 2.0]} , "c":3}"#.utf8)
        var slices: [String] = []
        var reader = JSONReader(text.span.bytes)
        try reader.object { _, reader throws(JSONError) in
            slices.append(String(decoding: text[try reader.slice()], as: UTF8.self))
        }
        try reader.finish()
        #expect(slices == [#"{"b" : [1, 2.0]}"#, "3"])
    }

    @Test func namesMatchWhateverTheirLengthAndSpelling() throws {
        let names = ["", "a", "ab", "abc", "abcd", "abcdefg", "abcdefgh", "abcdefghijklmnopq"]
        let text = "{" + names.map { "\"\($0)\":0" }.joined(separator: ",") + #","\u00e9t\u00e9":1}"#
        var met: [String] = []
        var reader = JSONReader(Array(text.utf8).span.bytes)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "": met.append("")
            case "a": met.append("a")
            case "ab": met.append("ab")
            case "abc": met.append("abc")
            case "abcd": met.append("abcd")
            case "abcdefg": met.append("abcdefg")
            case "abcdefgX", "Xbcdefgh", "abcXefgh": Issue.record("a name that is not there")
            case "abcdefgh": met.append("abcdefgh")
            case "abcdefghijklmnopX", "abcdefghijklmnoXq": Issue.record("a name that is not there")
            case "abcdefghijklmnopq": met.append("abcdefghijklmnopq")
            case "été": met.append("été")
            default: throw reader.unknownMember(key)
            }
            try reader.skip()
        }
        #expect(met == names + ["été"])
    }

    @Test func nothingCanBeReadAfterAnError() throws {
        let text = Array(#"[{"a":tru}, 2]"#.utf8)
        var reader = JSONReader(text.span.bytes)
        var readAfter: Int?
        let error = #expect(throws: JSONError.self) {
            try reader.array { reader throws(JSONError) in
                do throws(JSONError) { try reader.skip() } catch { readAfter = try reader.int() }
            }
        }
        #expect(readAfter == nil)
        #expect(error?.reason == .endOfInput)
        #expect(throws: JSONError.self) { try reader.finish() }
    }

    struct Kind: CustomTestStringConvertible {
        let text: String
        let refused: [JSONError.Reason]
        var testDescription: String { text }
    }

    /// For a value of each kind, what a reader of another kind says: object, array, string, integer, number, boolean.
    @Test(arguments: [
        Kind(
            text: "{}", refused: [.expectedArray, .expectedString, .expectedInteger, .expectedNumber, .expectedBoolean]),
        Kind(
            text: "[]",
            refused: [.expectedObject, .expectedString, .expectedInteger, .expectedNumber, .expectedBoolean]),
        Kind(
            text: "\"\"",
            refused: [.expectedObject, .expectedArray, .expectedInteger, .expectedNumber, .expectedBoolean]),
        Kind(text: "1", refused: [.expectedObject, .expectedArray, .expectedString, .expectedBoolean]),
        Kind(
            text: "1.5",
            refused: [.expectedObject, .expectedArray, .expectedString, .expectedInteger, .expectedBoolean]),
        Kind(
            text: "true",
            refused: [.expectedObject, .expectedArray, .expectedString, .expectedInteger, .expectedNumber]),
        Kind(
            text: "null",
            refused: [
                .expectedObject, .expectedArray, .expectedString, .expectedInteger, .expectedNumber, .expectedBoolean,
            ]),
        Kind(text: "?", refused: Array(repeating: .unexpectedByte, count: 6)),
        Kind(text: "", refused: Array(repeating: .endOfInput, count: 6)),
    ])
    func saysWhichKindItExpected(kind: Kind) {
        let reasons = [
            outcome(kind.text, as: Article.self).reason, outcome(kind.text, as: [Int].self).reason,
            outcome(kind.text, as: String.self).reason, outcome(kind.text, as: Int.self).reason,
            outcome(kind.text, as: Double.self).reason, outcome(kind.text, as: Bool.self).reason,
        ]
        #expect(reasons.compactMap { $0 }.filter { $0 != .missingMember } == kind.refused)
    }
}

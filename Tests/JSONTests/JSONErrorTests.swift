import JSON
import Testing

@Suite struct JSONErrorTests {
    struct Declaration: JSONReadable {
        var articles: [Article] = []
        init(json reader: inout JSONReader) throws(JSONError) {
            var articles: [Article]?
            try reader.object { key, reader throws(JSONError) in
                switch key {
                case "articles": articles = try reader.read()
                case "a/b~c": try reader.skip()
                default: throw reader.unknownMember(key)
                }
            }
            self.articles = try reader.required(articles, "articles")
        }
    }

    struct Case: CustomTestStringConvertible {
        let text: String, reason: JSONError.Reason, pointer: String, line: Int, column: Int
        init(_ text: String, _ reason: JSONError.Reason, _ pointer: String, _ line: Int, _ column: Int) {
            (self.text, self.reason, self.pointer, self.line, self.column) = (text, reason, pointer, line, column)
        }
        var testDescription: String { "\(reason) \(pointer)" }
    }

    @Test(arguments: [
        Case(
            #"{"articles":[{"rang":1,"montant":2,"masse_nette":"x"}]}"#, .expectedNumber, "/articles/0/masse_nette", 1,
            50),
        Case("{\n \"articles\": [\n  {\"rang\": 1.5}]}", .expectedInteger, "/articles/0/rang", 3, 12),
        Case(#"{"articles":[{"rang":1,"montant":1},{"rang":2}]}"#, .missingMember, "/articles/1/montant", 1, 46),
        Case("{}", .missingMember, "/articles", 1, 2),
        Case("{\"articles\":[],\n\"été\":1}", .unknownMember, "/été", 2, 1),
        Case(#"{"a/b~c":["é",?]}"#, .unexpectedByte, "/a~1b~0c/1", 1, 15),
        Case("{\"articles\"\n:{}}", .expectedArray, "/articles", 2, 2),
        Case("[]", .expectedObject, "", 1, 1),
        Case("{\"articles\":[]}\n x", .trailingBytes, "", 2, 2),
        Case("\u{feff}{}", .byteOrderMark, "", 1, 1),
    ])
    func saysWhatAndWhere(mistake: Case) {
        guard case .failure(let error) = outcome(mistake.text, as: Declaration.self) else {
            Issue.record("accepted")
            return
        }
        #expect(error.reason == mistake.reason)
        #expect(error.pointer == mistake.pointer)
        #expect(error.line == mistake.line)
        #expect(error.column == mistake.column)
    }

    @Test func describesItselfInFrench() {
        guard case .failure(let error) = outcome("{\"articles\":7}", as: Declaration.self) else {
            Issue.record("accepted")
            return
        }
        #expect(error.code == "tableau_attendu")
        #expect(error.description == "ligne 1, colonne 13 : tableau attendu (/articles)")
        #expect(Set(JSONError.Reason.allCases.map(\.message)).count == JSONError.Reason.allCases.count)
    }

    @Test func tellsABrokenTextFromAWrongValue() {
        #expect(outcome("[", as: Declaration.self).reason == .expectedObject)
        #expect(!JSONError.Reason.expectedObject.isMalformedText)
        #expect(outcome("{", as: Declaration.self).reason == .endOfInput)
        #expect(JSONError.Reason.endOfInput.isMalformedText)
    }

    @Test func aHostileNameIsCutInThePointer() {
        let name = String(repeating: "n", count: 128)
        #expect(refusal(of: "{\"\(name)\":?}")?.pointer == "/" + name)
        #expect(refusal(of: "{\"\(name)n\":?}")?.pointer == "/" + name)
    }

    @Test func refusesAtTheOffsetItIsGiven() {
        var reader = JSONReader(Array("[1]".utf8).span.bytes)
        #expect(reader.refusal(at: 1).offset == 1)
        #expect(reader.refusal(at: 1000).offset == 3)
        #expect(reader.refusal(at: -1).offset == 0)
    }
}

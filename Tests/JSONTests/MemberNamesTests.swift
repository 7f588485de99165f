import JSON
import Testing

@Suite struct MemberNamesTests {
    struct Case: CustomTestStringConvertible {
        let text: String, offset: Int, pointer: String
        var testDescription: String { text }
    }

    @Test(arguments: [
        Case(text: #"{"a":1,"a":1}"#, offset: 7, pointer: "/a"),
        Case(text: #"{"a":1,"b":2,"\u0061":3}"#, offset: 13, pointer: "/a"),
        Case(text: #"{"\u0061":1,"a":2}"#, offset: 12, pointer: "/a"),
        Case(text: #"{"":1,"":2}"#, offset: 6, pointer: "/"),
        Case(text: #"{"é":1,"\u00e9":2}"#, offset: 8, pointer: "/é"),
        Case(text: #"[{"x":{"longer name":1,"longer name":2}}]"#, offset: 23, pointer: "/0/x/longer name"),
    ])
    func aSecondMemberOfTheSameNameIsRefused(duplicate: Case) {
        let error = refusal(of: duplicate.text)
        #expect(error?.reason == .duplicateMember)
        #expect(error?.offset == duplicate.offset)
        #expect(error?.pointer == duplicate.pointer)
    }

    @Test func theSameNameMayStandInAnotherObject() {
        let text = #"{"a":{"a":{"a":1},"b":{"a":2}},"b":[{"a":1},{"a":1}],"\u0063":{"a":0},"d":{"c":0}}"#
        for reading in Reading.allCases { #expect(reading.error(in: Array(text.utf8)) == nil) }
    }

    @Test func byteEqualityDecides() {
        // Composed and decomposed are two names, whatever they look like.
        let text = "{\"\u{e9}\":1,\"e\u{301}\":2}"
        for reading in Reading.allCases { #expect(reading.error(in: Array(text.utf8)) == nil) }
    }

    /// Around the size at which an object gets a table, and with names that differ only in their middle.
    @Test(arguments: [1, 31, 32, 33, 34, 63, 64, 65, 200, 5000])
    func anySizeOfObject(size: Int) {
        let names = (0..<size).map { "prefix--\(String(1_000_000 + $0))--suffix" }
        let members = names.map { "\"\($0)\":0" }
        let valid = Array("{\(members.joined(separator: ","))}".utf8)
        for reading in Reading.allCases { #expect(reading.error(in: valid) == nil) }
        for again in Set([0, size / 2, size - 1]) {
            let text = "{\((members + ["\"\(names[again])\":0"]).joined(separator: ","))}"
            #expect(refusal(of: text)?.reason == .duplicateMember)
        }
    }

    @Test func manyNamesInsideManyNames() {
        let inner = "{" + (0..<50).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}"
        let outer = "{" + (0..<50).map { "\"k\($0)\":\(inner)" }.joined(separator: ",")
        for reading in Reading.allCases { #expect(reading.error(in: Array("\(outer)}".utf8)) == nil) }
        #expect(refusal(of: outer + #","k17":0}"#)?.reason == .duplicateMember)
    }

    @Test(.timeLimit(.minutes(1))) func aHundredThousandMembersAreReadInLinearTime() {
        var text = Array("{".utf8)
        for number in 0..<100_000 { text += Array("\"prefix--\(1_000_000 + number)--suffix\":\(number),".utf8) }
        #expect(Reading.skip.error(in: text + Array(#""last":0}"#.utf8)) == nil)
        let duplicate = Reading.skip.error(in: text + Array(#""prefix--1000000--suffix":0}"#.utf8))
        #expect(duplicate?.reason == .duplicateMember)
    }
}

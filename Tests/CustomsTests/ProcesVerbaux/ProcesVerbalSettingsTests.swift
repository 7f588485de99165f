import JSON
import Testing

@testable import Customs

@Suite struct ProcesVerbalSettingsTests {
    @Test func whatIsShippedIsReadAndNamesFieldsThatExist() throws {
        let settings = try ActSample.settings()
        #expect(!settings.letterhead.isEmpty && !settings.legalBasis.isEmpty && settings.leastOperations > 1)
        let vocabulary = try Shipped.reader.get().vocabulary
        for field in settings.fields { #expect(vocabulary[field] != nil, "\(field)") }
        #expect(settings.name(ofOffice: "18N") == "Bureau 18N")
        for scheme in TwinScheme.allCases { #expect(settings.frauds[scheme.rawValue] != nil, "\(scheme)") }
    }

    private func read(_ change: (inout [JSONValue.Member]) -> Void) throws -> ProcesVerbalSettings {
        var members: [JSONValue.Member] = [
            .init("entete", ["République"]), .init("titre", "Acte"), .init("textes", []),
            .init("mention_indications", "Indication."), .init("operations_comparables_minimum", 3),
        ]
        change(&members)
        return try ProcesVerbalSettings(parsing: JSONValue.object(members).jsonBytes())
    }

    @Test func officesHaveNamesAndPlaces() throws {
        let settings = try read {
            $0.append(.init("bureaux", ["18N": ["nom": "Dakar-Port Nord", "lieu": "Dakar"]]))
        }
        #expect(settings.name(ofOffice: "18N") == "Bureau Dakar-Port Nord (18N)")
        #expect(settings.offices["18N"]?.place == "Dakar")
    }

    @Test func whatIsMissingUnknownOrTooLongIsRefused() throws {
        _ = try read { _ in }
        for place in 0..<5 { #expect(throws: JSONError.self) { try read { $0.remove(at: place) } } }
        #expect(throws: JSONError.self) { try read { $0.append(.init("inconnu", 1)) } }
        for (lines, isFine) in [(0, false), (8, true), (9, false)] {
            let head = JSONValue.array(Array(repeating: "x", count: lines))
            #expect(((try? read { $0[0].value = head }) != nil) == isFine, "\(lines)")
        }
        for (length, isFine) in [(0, false), (200, true), (201, false)] {
            let title = JSONValue.string(String(repeating: "x", count: length))
            #expect(((try? read { $0[1].value = title }) != nil) == isFine, "\(length)")
        }
        #expect(throws: JSONError.self) { try read { $0[4].value = 0 } }
    }
}

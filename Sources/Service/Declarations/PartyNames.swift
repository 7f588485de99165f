import Analysis
import Customs
import HTTP
import JSON
import Platform
import Postgres

/// What a declaration says of the people and firms that it names, as far as whoever asks may read it.
struct PartyNames: Sendable {
    let members: [JSONValue.Member]

    subscript(_ field: String) -> String? { members.first { $0.name == field }?.value.string }

    init(_ identities: [[UInt8]], _ vocabulary: Vocabulary, _ disclosure: Disclosure) throws(JSONError) {
        var members: [JSONValue.Member] = []
        for text in identities {
            for member in try JSONValue(parsing: text).members ?? [] {
                guard let value = member.value.string, let place = vocabulary.index(of: member.name) else { continue }
                let kind = vocabulary.fields[place].personalData
                members.append(.init(member.name, .string(disclosure.shown(value, kind))))
            }
        }
        self.members = members
    }
}

extension AnalysisService {
    func names(
        in lines: [RecordStore.Line], for principal: Principal, _ database: some Queryable
    ) async throws -> [PartyNames] {
        let vocabulary = try loaded().office.vocabulary
        let opened = try await SealedParties.open(lines.map { ($0.id, $0.version, $0.parties) }, vault, database)
        return try opened.map { try PartyNames($0, vocabulary, Disclosure(to: principal)) }
    }

    /// Who is known by a NINEA or a PPM number.
    func importer(_ number: String, _ database: some Queryable) async throws -> UUIDv7? {
        for classe in [PersonClass.ninea, .ppm] {
            guard let identifier = PersonIdentifier(classe, number) else { continue }
            if let person = try await vault.find(identifier, database) { return person }
        }
        return nil
    }
}

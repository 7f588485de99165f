import Customs
import JSON
import Platform
import Postgres

/// Somebody whom a declaration names, with what it says of them.
struct Party: Sendable {
    enum Role: String, Sendable, CaseIterable {
        case destinataire, declarant, expediteur, transporteur

        /// Nil for what says nothing about anybody.
        init?(of field: Field) {
            guard field.personalData != nil else { return nil }
            self =
                switch field.name {
                case "code_ppm_declarant", "declarant_nom", "declarant_adresse": .declarant
                case "expediteur_nom", "code_fournisseur": .expediteur
                case "code_transporteur": .transporteur
                // What the vocabulary learns later is said of whom the goods are for.
                default: .destinataire
                }
        }

        /// What tells who they are, the best first.
        var identifiers: [(class: PersonClass, field: String)] {
            switch self {
            case .destinataire:
                [(.ninea, "ninea"), (.ppm, "code_ppm_destinataire"), (.nom, "destinataire_nom")]
            case .declarant: [(.ppm, "code_ppm_declarant"), (.nom, "declarant_nom")]
            case .expediteur: [(.fournisseur, "code_fournisseur"), (.nom, "expediteur_nom")]
            case .transporteur: [(.transporteur, "code_transporteur")]
            }
        }
    }

    let role: Role
    /// Their fields as a JSON object.
    let identity: [UInt8]
    /// Who they are. An address alone tells of somebody too: of whom this very address is all that is known.
    let identifier: PersonIdentifier

    init(_ role: Role, identity: [UInt8], text: (String) -> String?) {
        (self.role, self.identity) = (role, identity)
        identifier =
            role.identifiers.compactMap { one in text(one.field).flatMap { PersonIdentifier(one.class, $0) } }.first
            ?? PersonIdentifier(unnamed: identity)
    }
}

/// Parties as they are stored.
struct SealedParties: Sendable {
    private(set) var roles: [String] = []
    private(set) var persons: [UUIDv7] = []
    private(set) var identities: [ByteText] = []

    /// The importer, where the declaration names one.
    var importer: UUIDv7? {
        roles.firstIndex(of: Party.Role.destinataire.rawValue).map { persons[$0] }
    }

    init(_ row: Row) throws {
        (roles, persons) = (try row.get("roles"), try row.get("personnes"))
        identities = try row.get("identites")
    }

    /// Seals the parties of several declarations, each in the same version.
    static func seal(
        _ declarations: [(id: UUIDv7, parties: [Party])], version: Int = 1, _ vault: Vault,
        in transaction: some Queryable
    ) async throws -> [SealedParties] {
        let parties = declarations.flatMap { one in one.parties.map { (declaration: one.id, party: $0) } }
        let persons = try await vault.persons(parties.map(\.party.identifier), in: transaction)
        let sealed = try await vault.seal(
            zip(parties, persons).map { one, person in
                Vault.Clear(
                    person, .partyIdentity, row: row(one.declaration, version, one.party.role.rawValue),
                    String(decoding: one.party.identity, as: UTF8.self))
            })
        var place = 0
        return declarations.map { one in
            let places = place..<place + one.parties.count
            place = places.upperBound
            return SealedParties(
                roles: one.parties.map(\.role.rawValue), persons: persons[places].map(\.id),
                identities: sealed[places].map { ByteText($0) })
        }
    }

    private init(roles: [String], persons: [UUIDv7], identities: [ByteText]) {
        (self.roles, self.persons, self.identities) = (roles, persons, identities)
    }

    /// What the seals of several declarations hide: JSON objects, by declaration; nothing of those who were erased.
    static func open(
        _ declarations: [(id: UUIDv7, version: Int, parties: SealedParties)], _ vault: Vault,
        _ database: some Queryable
    ) async throws -> [[[UInt8]]] {
        let texts = try await vault.open(
            declarations.flatMap { one in
                one.parties.roles.indices.map { place in
                    Vault.Sealed(
                        one.parties.persons[place], .partyIdentity,
                        row: row(one.id, one.version, one.parties.roles[place]), one.parties.identities[place].bytes)
                }
            }, database)
        var rest = texts[...]
        return declarations.map { one in
            defer { rest = rest.dropFirst(one.parties.roles.count) }
            return rest.prefix(one.parties.roles.count).compactMap { $0.map { Array($0.utf8) } }
        }
    }

    fileprivate static func row(_ declaration: UUIDv7, _ version: Int, _ role: String) -> String {
        "\(declaration)/\(version)/\(role)"
    }
}

extension SealedColumn {
    /// A declaration is corrected as a whole, with what it said before.
    static let partyIdentity = SealedColumn(
        table: "parties", column: "identite_scelle", label: "Ce que dit une déclaration d'une partie", kind: .nom,
        find: """
            SELECT declaration_id || '/' || version || '/' || role AS ligne, identite_scelle AS scelle FROM parties
            WHERE personne_id = $1 AND declaration_id || '/' || version || '/' || role > $2
            ORDER BY declaration_id || '/' || version || '/' || role LIMIT $3
            """)
}

import Decisions
import HTTP
import JSON
import Platform
import Postgres

/// What experts and chiefs do with lists. An entry counts once a second person has approved it.
struct ControlLists: Sendable {
    let analysis: AnalysisService
    var database: Database { analysis.database }

    /// What somebody writes of a new entry.
    struct NewEntry: Sendable {
        let value: String
        /// Of an importer or declarant: what the value is.
        let classe: PersonClass?
        let from: Int32
        let to: Int32
        let reason: String
        let criteria: [String]
    }

    func create(_ list: ControlList, _ request: Request) async throws -> ControlListStore.List {
        let author = try request.signedIn().user
        try await database.transaction { transaction in
            guard try await ControlListStore.add(list, by: author, transaction) else {
                throw Problem(.conflict, "Une liste a déjà ce code.")
            }
            try await AuditStore.append(
                AuditEvent(
                    name: "liste.creee", actor: request.actor, object: "liste:\(list.code)",
                    details: [
                        .init("cle", .string(list.key.rawValue)),
                        .init("action", .string(list.action?.rawValue ?? "exempte")),
                    ]), in: transaction)
        }
        return try await find(list.code)
    }

    func find(_ code: String) async throws -> ControlListStore.List {
        guard let list = try await ControlListStore.list(code, database) else {
            throw Problem(.notFound, "Aucune liste n'a ce code.")
        }
        return list
    }

    /// A person or firm is stored by who they are: the number that was sent goes nowhere.
    ///
    /// - Parameter also: what else is done in the transaction.
    func add(
        _ new: NewEntry, to code: String, _ request: Request, also: (UUIDv7, Transaction) async throws -> Void
    ) async throws -> UUIDv7 {
        let list = try await find(code)
        let principal = try request.signedIn()
        try PolicyChange.check(reason: new.reason)
        guard list.entries + list.waiting < DecisionLimits().listEntries else {
            throw Problem(.conflict, "La liste est pleine : \(DecisionLimits().listEntries) entrées au plus.")
        }
        let identifier = try Self.identifier(of: new, in: list)
        let entry: ControlList.Entry
        do throws(DecisionError) {
            entry = try ControlList.Entry(
                value: new.value, validFrom: new.from, validTo: new.to, reason: new.reason,
                author: AuditActor.user(principal.user), criteria: new.criteria)
        } catch {
            throw Problem(
                .validationFailed, "Cette entrée n'est pas acceptable.",
                items: [.init(pointer: "/valeur", code: error.code.rawValue, message: error.message)])
        }
        let id = UUIDv7.make()
        try await database.transaction { [vault = analysis.vault] transaction in
            var person: UUIDv7?
            if let identifier { person = try await vault.persons([identifier], in: transaction).first?.id }
            try await ControlListStore.add(
                id, to: code, person: person, value: person == nil ? new.value : nil, entry, by: principal.user,
                transaction)
            try await also(id, transaction)
            try await AuditStore.append(
                AuditEvent(
                    name: "liste.entree_ajoutee", actor: request.actor, object: "liste:\(code)",
                    details: [
                        .init("entree", .string(id.description)),
                        person.map { .init("personne", .string($0.description)) }
                            ?? .init("valeur", .string(new.value)),
                    ]), in: transaction)
        }
        return id
    }

    private static func identifier(
        of new: NewEntry, in list: ControlListStore.List
    ) throws(Problem) -> PersonIdentifier? {
        let isOfPeople = list.key == .importateur || list.key == .declarant
        guard isOfPeople == (new.classe != nil) else {
            throw Problem(
                .validationFailed,
                items: [
                    .init(
                        pointer: "/classe", code: isOfPeople ? "missing" : "unknown_field",
                        message: isOfPeople
                            ? "dites ce qu'est la valeur : ninea, ppm ou nom" : "cette liste n'est pas de personnes")
                ])
        }
        guard let classe = new.classe else { return nil }
        guard let identifier = PersonIdentifier(classe, new.value) else {
            throw Problem(
                .validationFailed,
                items: [.init(pointer: "/valeur", code: "invalid", message: "rien n'y désigne quelqu'un")])
        }
        return identifier
    }

    /// How many entries count from now on. Nobody approves what they added.
    func approve(_ code: String, reason: String, _ request: Request) async throws -> Int {
        try PolicyChange.check(reason: reason)
        let approver = try request.signedIn().user
        let list = try await find(code)
        let approved = try await database.transaction { transaction in
            let approved = try await ControlListStore.approve(code, by: approver, transaction)
            guard !approved.isEmpty else {
                throw Problem(
                    .conflict,
                    list.waiting == 0
                        ? "Aucune entrée n'attend d'approbation." : "Nul n'approuve les entrées qu'il a ajoutées.")
            }
            try await AuditStore.append(
                AuditEvent(
                    name: "liste.approuvee", actor: request.actor, object: "liste:\(code)",
                    details: [
                        .init("motif", .string(reason)),
                        .init("entrees", .array(approved.prefix(1000).map { .string($0.description) })),
                        .init("nombre", .int(approved.count)),
                    ]), in: transaction)
            return approved.count
        }
        await analysis.heedChange()
        return approved
    }

    func withdraw(_ id: UUIDv7, from code: String, reason: String, _ request: Request) async throws {
        try PolicyChange.check(reason: reason)
        let person = try request.signedIn().user
        try await database.transaction { transaction in
            guard try await ControlListStore.withdraw(id, from: code, by: person, reason: reason, transaction) else {
                throw Problem(.notFound, "Aucune entrée en vigueur n'a cet identifiant.")
            }
            try await AuditStore.append(
                AuditEvent(
                    name: "liste.entree_retiree", actor: request.actor, object: "liste:\(code)",
                    details: [.init("entree", .string(id.description)), .init("motif", .string(reason))]),
                in: transaction)
        }
        await analysis.heedChange()
    }
}

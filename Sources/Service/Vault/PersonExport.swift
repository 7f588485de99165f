import HTTP
import JSON
import Platform
import Postgres

/// Everything that is kept about one person, opened, as JSON: what they may ask for, and take along.
struct PersonExport: Sendable {
    let persons: Persons

    private static let page = 1000

    /// Hands the text over in pieces. False, and nothing handed over, when there is no such person.
    func write(
        _ person: UUIDv7, by actor: AuditActor, to write: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws -> Bool {
        let record = try await persons.database.transaction { transaction -> PersonStore.Record? in
            guard let record = try await PersonStore.record(person, transaction) else { return nil }
            guard record.erased == nil else { throw VaultError.erased }
            try await AuditStore.append(
                AuditEvent(name: "personne.exportee", actor: actor, object: Persons.object(person)), in: transaction)
            return record
        }
        guard let record else { return false }
        // One moment for all of it.
        try await persons.database.transaction(isolation: .repeatableRead, readOnly: true) { transaction in
            try write(Self.head(record))
            var isFirst = true
            for column in persons.columns where column.isDisclosed {
                try await values(of: column, person, transaction) { value in
                    try write((isFirst ? [] : [UInt8(ascii: ",")]) + value)
                    isFirst = false
                }
            }
            try write(Array(#"],"autres":["#.utf8))
            isFirst = true
            for records in persons.plain {
                for row in try await PersonStore.plain(records, of: person, transaction) {
                    try write((isFirst ? [] : [UInt8(ascii: ",")]) + Self.plain(records, row))
                    isFirst = false
                }
            }
            try write(Array("]}\n".utf8))
        }
        return true
    }

    private func values(
        of column: SealedColumn, _ person: UUIDv7, _ transaction: Transaction, _ write: ([UInt8]) throws -> Void
    ) async throws {
        var last = ""
        while true {
            let rows = try await PersonStore.sealed(
                column, of: person, after: last, count: Self.page, transaction)
            let texts = try await persons.vault.open(rows, transaction)
            for (row, text) in zip(rows, texts) {
                guard let text else { throw VaultError.erased }
                try write(Self.value(row, text))
            }
            guard rows.count == Self.page, let end = rows.last?.row else { return }
            last = end
        }
    }

    // MARK: The text

    private static func head(_ record: PersonStore.Record) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("id", record.id.description)
            json.member("classe", record.classe)
            json.member("connue_depuis", record.created.rfc3339(.seconds))
        }
        let date = Timestamp.now().rfc3339(.seconds)
        return Array(#"{"exporte_le":"\#(date)","personne":"#.utf8) + json.finish() + Array(#","donnees":["#.utf8)
    }

    private static func value(_ row: Vault.Sealed, _ text: String) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("table", row.column.table)
            json.member("colonne", row.column.column)
            json.member("libelle", row.column.label)
            json.member("ligne", row.row)
            json.member("valeur", text)
        }
        return json.finish()
    }

    private static func plain(_ records: PlainRecords, _ row: [UInt8]) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("table", records.table)
            json.member("libelle", records.label)
            json.key("valeurs")
            json.raw(row)
        }
        return json.finish()
    }
}

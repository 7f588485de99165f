import Net
import Platform
import Testing

@testable import Postgres

@Suite struct LocalSettingTests {
    private static let read: Statement = "SELECT current_setting('essai.valeur', true)"

    private func value(_ source: some Queryable) async throws -> String? {
        try await source.queryOne(Self.read)?.get(0)
    }

    @Test func holdsForItsStatementAndNoLonger() async throws {
        let setting = try #require(LocalSetting("essai.valeur", "Bureau-18_N"))
        try await withDatabase(limits: .with { $0.sharedLinks = 1 }) { database, _ in
            #expect(try await value(database) == nil)
            #expect(try await value(database.under(setting)) == "Bureau-18_N")
            #expect(try await value(database) ?? "" == "")
            try await database.under(setting).transaction { transaction in
                let (first, second) = (try await value(transaction), try await value(transaction))
                #expect(first == "Bureau-18_N" && second == "Bureau-18_N")
            }
            let later = try await database.transaction { try await value($0) }
            #expect(later ?? "" == "")
        }
    }

    @Test func anErrorLeavesNothingBehind() async throws {
        let setting = try #require(LocalSetting("essai.valeur", "x"))
        try await withDatabase(limits: .with { $0.sharedLinks = 1 }) { database, _ in
            await #expect(throws: DatabaseError.self) { try await database.under(setting).query("SELECT 1 / 0") }
            let left = try await value(database)
            #expect(left ?? "" == "")
        }
    }

    @Test(arguments: ["a'b", "a b", "é", "a\\b", "a\0b", "a;b", String(repeating: "x", count: 65)])
    func whatCouldBecomeSQLIsRefused(_ value: String) {
        #expect(LocalSetting("essai.valeur", value) == nil)
    }

    @Test(arguments: ["", "*", String(repeating: "x", count: 64)]) func plainValuesAreTaken(_ value: String) {
        #expect(LocalSetting("essai.valeur", value) != nil)
    }
}

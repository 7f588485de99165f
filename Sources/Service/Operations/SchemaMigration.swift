import JSON
import Platform
import Postgres

/// Brings a database to the schema of this version.
public enum SchemaMigration {
    public struct Report: Sendable {
        let applied: [String]

        public func text(json: Bool) -> String {
            if json {
                var writer = JSONWriter()
                writer.object { writer in
                    writer.key("migrations")
                    writer.array { writer in for name in applied { writer.string(name) } }
                }
                return String(decoding: writer.finish(), as: UTF8.self)
            }
            if applied.isEmpty { return "Le schéma est à jour." }
            return "Migrations appliquées : \(applied.joined(separator: ", "))."
        }
    }

    public static func run(_ settings: ServiceSettings) throws -> Report {
        let migrations = try Migrations(directory: settings.resources + "/migrations")
        let files = try CommandDatabase.use(settings) { try await migrations.apply($0) }
        return Report(applied: files.map(\.name))
    }
}

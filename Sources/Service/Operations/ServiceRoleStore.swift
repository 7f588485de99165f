import Postgres

/// The role that the service works as: where it is another than the tables' owner, what it may do is granted, and what
/// it could undo is not.
enum ServiceRoleStore {
    /// False when the role does not exist, or owns the tables itself.
    static func grant(to role: String, _ owner: Database) async throws -> Bool {
        try await owner.transaction { transaction in
            // Grants of two instances that start together would collide.
            try await transaction.execute("SELECT pg_advisory_xact_lock(7953748292019)")
            return try await transaction.queryOne("SELECT grant_service_rights($1::text::name)", role)?.get(0) ?? false
        }
    }

    static func current(_ database: some Queryable) async throws -> String {
        try await database.queryOne("SELECT current_user::text")?.get(0) ?? ""
    }

    /// In clusters that were made before there was such a role.
    static func createInPrivateCluster(_ administrator: some Queryable) async throws {
        try await administrator.execute("CREATE ROLE inspectia_service LOGIN")
    }
}

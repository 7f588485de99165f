import Platform

@testable import Postgres

/// The database's error that `body` ends with, if it does.
func failure<Value>(_ body: nonisolated(nonsending) () async throws -> Value) async -> DatabaseError? {
    do {
        _ = try await body()
        return nil
    } catch { return error as? DatabaseError }
}

func state<Value>(_ body: nonisolated(nonsending) () async throws -> Value) async -> String? {
    await failure(body)?.sqlState
}

/// Tries until `condition` holds; false when it has not within `limit`.
func eventually(
    within limit: Duration = .seconds(10), _ condition: nonisolated(nonsending) () async throws -> Bool
) async -> Bool {
    let deadline = Instant.now() + limit
    while Instant.now() < deadline {
        if (try? await condition()) == true { return true }
        try? await Task.sleep(for: .milliseconds(20))
    }
    return false
}

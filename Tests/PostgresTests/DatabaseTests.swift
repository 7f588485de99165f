import Net
import Platform
import Testing

@testable import Postgres

@Suite struct DatabaseTests {
    @Test func answersFromOutsideAndFromALoop() async throws {
        try await withDatabase(loops: 2) { database, group in
            #expect(try await database.queryOne("SELECT 40 + $1::int8", 2)?.get(0) == 42)
            let loop = group.loops[1]
            let inside = try await Task(executorPreference: loop) {
                let before = loop.isCurrent
                let value: Int? = try await database.queryOne("SELECT 40 + $1::int8", 2)?.get(0)
                return before && loop.isCurrent && value == 42
            }.value
            #expect(inside)
        }
    }

    @Test func tenThousandPipelinedStatementsEachGetTheirOwnAnswer() async throws {
        try await withDatabase(loops: 2) { database, group in
            let wrong = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for lane in 0..<100 {
                    tasks.addTask(executorPreference: group.loops[lane % 2]) {
                        var wrong = 0
                        for k in 0..<100 {
                            let number = lane * 1000 + k
                            if number % 7 == 0 {
                                do {
                                    _ = try await database.query("SELECT 1 / ($1::int8 - $1)", number)
                                    wrong += 1
                                } catch let error as DatabaseError where error.sqlState == "22012" {}
                            } else {
                                let value: Int? = try await database.queryOne("SELECT $1::int8 * 2", number)?.get(0)
                                if value != number * 2 { wrong += 1 }
                            }
                        }
                        return wrong
                    }
                }
                return try await tasks.reduce(0, +)
            }
            #expect(wrong == 0)
            #expect(database.metrics.queries == 10_000)
        }
    }
}

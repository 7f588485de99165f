import Net
import Platform
import Testing

@testable import Postgres

@Suite struct ListenerTests {
    private func payload(_ event: NotificationEvent?) -> String? {
        if case .notification(let notification) = event { return notification.payload }
        return nil
    }

    private func isResynchronise(_ event: NotificationEvent?) -> Bool { event == .resynchronise }

    /// The listening connection is found by its last statement: no heartbeat takes its place, however slow the machine.
    private static let withoutHeartbeat = DatabaseLimits.with { $0.statementTimeout = .seconds(3600) }

    @Test func hearsWhatIsSentAfterListeningBegan() async throws {
        try await withDatabase(loops: 2) { database, _ in
            var first = database.listen("canal_a").makeAsyncIterator()
            var second = database.listen("canal_a").makeAsyncIterator()
            var other = database.listen("canal_b").makeAsyncIterator()
            for event in [await first.next(), await second.next(), await other.next()] {
                #expect(isResynchronise(event))
            }
            for k in 0..<5 { try await database.notify("canal_a", "é \(k)") }
            try await database.notify("canal_b")
            for k in 0..<5 {
                #expect(payload(await first.next()) == "é \(k)")
                #expect(payload(await second.next()) == "é \(k)")
            }
            #expect(payload(await other.next()) == "")
        }
    }

    @Test func aTransactionNotifiesWhenItCommits() async throws {
        struct Undone: Error {}
        try await withDatabase { database, _ in
            var events = database.listen("canal_commit").makeAsyncIterator()
            #expect(isResynchronise(await events.next()))
            try? await database.transaction { transaction in
                try await transaction.notify("canal_commit", "perdu")
                throw Undone()
            }
            try await database.transaction { try await $0.notify("canal_commit", "tenu") }
            #expect(payload(await events.next()) == "tenu")
        }
    }

    @Test func resynchronisesWhenItsConnectionWasLost() async throws {
        try await withDatabase(limits: Self.withoutHeartbeat) { database, _ in
            var events = database.listen("canal_coupe").makeAsyncIterator()
            #expect(isResynchronise(await events.next()))
            for round in 0..<3 {
                let killed = try await database.query(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN \"canal_coupe\"'")
                // What was not cut would never say that it was: waiting for it would have no end.
                try #require(killed.count == 1)
                #expect(isResynchronise(await events.next()))
                try await database.notify("canal_coupe", "\(round)")
                #expect(payload(await events.next()) == "\(round)")
            }
        }
    }

    @Test func aSubscriberWhoDoesNotReadIsToldWhatItMissed() async throws {
        try await withDatabase(limits: .with { $0.unreadNotifications = 4 }) { database, _ in
            let stream = database.listen("canal_plein")
            var live = database.listen("canal_plein").makeAsyncIterator()
            #expect(isResynchronise(await live.next()))
            for k in 0..<20 {
                try await database.notify("canal_plein", "\(k)")
                while payload(await live.next()) != "\(k)" {}
            }
            var late = stream.makeAsyncIterator()
            var heard: [NotificationEvent] = []
            for _ in 0..<4 { if let event = await late.next() { heard.append(event) } }
            #expect(heard.last == .resynchronise)
            try await database.notify("canal_plein", "suite")
            #expect(payload(await late.next()) == "suite")
        }
    }

    @Test func nobodyListensToAChannelWithoutSubscribers() async throws {
        try await withDatabase(limits: Self.withoutHeartbeat) { database, _ in
            let listening: Statement = "SELECT query FROM pg_stat_activity WHERE query LIKE '%\"canal_fini\"'"
            let task = Task { for await _ in database.listen("canal_fini") {} }
            #expect(await eventually { try await database.queryOne(listening)?.get(0) == #"LISTEN "canal_fini""# })
            task.cancel()
            await task.value
            #expect(await eventually { try await database.queryOne(listening)?.get(0) == #"UNLISTEN "canal_fini""# })
        }
    }

    @Test func streamsEndWithTheDatabase() async throws {
        let stream = try await withDatabase { database, _ in
            let stream = database.listen("canal_clos")
            var events = stream.makeAsyncIterator()
            #expect(isResynchronise(await events.next()))
            return stream
        }
        var events = stream.makeAsyncIterator()
        #expect(await events.next() == nil)
    }
}

extension Transaction {
    /// COPY … FROM STDIN. What `produce` writes becomes rows, all or none. Returns their number.
    @discardableResult
    public nonisolated(nonsending) func copyIn(
        _ statement: Statement, _ produce: nonisolated(nonsending) (CopyWriter) async throws -> Void
    ) async throws -> Int {
        let writer = CopyWriter(link, isBinary: try await start(statement))
        do {
            try await produce(writer)
            try await writer.finish()
        } catch {
            _ = try? await link.step { $0.endCopy(reason: "the producer of the data failed", $1) }
            throw Self.beforeCommit(error)
        }
        return try await finished { try await self.link.step { $0.endCopy(reason: nil, $1) } }
    }

    /// COPY … TO STDOUT, in chunks of whole rows; the server waits while `consume` works. Returns the number of rows.
    @discardableResult
    public nonisolated(nonsending) func copyOut(
        _ statement: Statement, _ consume: nonisolated(nonsending) ([UInt8]) async throws -> Void
    ) async throws -> Int {
        _ = try await start(statement)
        do {
            while true {
                switch try await link.step({ $0.take($1) }) {
                case .chunk(let bytes): try await consume(bytes)
                case .finished(let rows): return rows.affected
                case .started, .room: break
                }
            }
        } catch {
            // The rest of the data has no reader: stop the server and give the link up.
            link.perform { [link] in link.abandon() }
            throw Self.beforeCommit(error)
        }
    }

    /// Several statements at once, without parameters: a migration's file.
    nonisolated(nonsending) func run(script: String) async throws {
        try await begin()
        do {
            guard case .finished = try await link.step({ $0.begin(Statement(composed: script), $1) }) else {
                throw DatabaseError(.misuse, "COPY in a script")
            }
            guard await link.isStillInTransaction() else {
                throw DatabaseError(.misuse, "the script ended its transaction")
            }
        } catch { throw Self.beforeCommit(error) }
    }

    /// True when the COPY is a binary one.
    private nonisolated(nonsending) func start(_ statement: Statement) async throws -> Bool {
        try await begin()
        do {
            if case .started(let isBinary) = try await link.step({ $0.begin(statement, $1) }) { return isBinary }
        } catch { throw Self.beforeCommit(error) }
        throw DatabaseError(.misuse, "not a COPY: \(statement)")
    }

    private nonisolated(nonsending) func finished(
        _ step: nonisolated(nonsending) () async throws -> SingleCommand.Step
    ) async throws -> Int {
        do {
            if case .finished(let rows) = try await step() { return rows.affected }
        } catch { throw Self.beforeCommit(error) }
        throw DatabaseError(.misuse, "the COPY did not end")
    }
}

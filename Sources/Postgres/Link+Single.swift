import CLibPQ
import Net

extension Link {
    private static let chunkSize = 65_536

    /// Leaves the pipeline and sends `statement` by itself. Answered with `.started` when it is a COPY, else with
    /// `.finished`.
    func begin(_ statement: Statement, _ waiter: SingleCommand.Waiter) {
        guard state == .ready, case .pipeline = mode, exchanges.isEmpty, PQexitPipelineMode(connection) == 1,
            statement.withCString({ PQsendQuery(connection, $0) }) == 1
        else {
            waiter.resume(throwing: DatabaseError(.connectionLost(.notExecuted), libpqMessage))
            return end(DatabaseError(.connectionLost(.unknown), "cannot leave the pipeline"))
        }
        let command = SingleCommand(statement)
        mode = .single(command)
        expectStep(command, waiter)
        touch()
    }

    private func expectStep(_ command: SingleCommand, _ waiter: SingleCommand.Waiter) {
        command.wait(waiter)
        progress = loop.now
        watch()
    }

    /// The command in this phase, or the answer that the connection is gone.
    private func command(in phase: SingleCommand.Phase..., for waiter: SingleCommand.Waiter) -> SingleCommand? {
        if state == .ready, case .single(let command) = mode, phase.contains(command.phase), !command.isWaiting {
            return command
        }
        waiter.resume(throwing: DatabaseError(.connectionLost(.notExecuted), "the COPY is over: \(libpqMessage)"))
        return nil
    }

    /// The holder gives up while the command runs.
    func abandonSingle() {
        if case .single(let command) = mode, command.isWaiting { abandon() }
    }

    // MARK: COPY FROM STDIN

    /// Answered with `.room` when the data has left libpq: that is the back-pressure.
    func put(_ bytes: [UInt8], _ waiter: SingleCommand.Waiter) {
        guard let command = command(in: .sending, for: waiter) else { return }
        expectStep(command, waiter)
        offer(bytes, to: command)
    }

    private func offer(_ bytes: [UInt8], to command: SingleCommand) {
        let taken = bytes.withUnsafeBytes {
            PQputCopyData(connection, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count))
        }
        if taken < 0 { return lose() }
        command.unsent = taken == 0 ? bytes : nil
        if flush(), taken == 1 { command.answer(.room) }
    }

    func roomCame(for command: SingleCommand) {
        guard command.phase == .sending else { return }
        if let bytes = command.unsent { return offer(bytes, to: command) }
        command.answer(.room)
    }

    /// Ends the data; with a reason, the server drops all of it. Answered with `.finished`.
    func endCopy(reason: String?, _ waiter: SingleCommand.Waiter) {
        guard let command = command(in: .sending, for: waiter) else { return }
        expectStep(command, waiter)
        guard PQputCopyEnd(connection, reason) == 1 else { return lose() }
        command.phase = .running
        touch()
        // The server's refusal may have come, and been read, long before the end of the data.
        receive(for: command)
    }

    // MARK: COPY TO STDOUT

    /// Answered with a chunk of whole rows, or with `.finished`.
    func take(_ waiter: SingleCommand.Waiter) {
        guard let command = command(in: .receiving, .running, for: waiter) else { return }
        expectStep(command, waiter)
        receive(for: command)
    }

    private func pull(_ command: SingleCommand) {
        // Nobody wants data now: leave it in the kernel, so that the server waits too.
        guard command.isWaiting else { return listen(for: []) }
        var chunk: [UInt8] = []
        var length: Int32 = 0
        while chunk.count < Self.chunkSize {
            var row: UnsafeMutablePointer<CChar>?
            length = PQgetCopyData(connection, &row, 1)
            guard length > 0 else { break }
            chunk.append(contentsOf: UnsafeRawBufferPointer(start: row, count: Int(length)))
            PQfreemem(row)
        }
        if length < 0 { command.phase = .running }
        if !chunk.isEmpty { return command.answer(.chunk(chunk)) }
        listen(for: .read)
        if length < 0 { receive(for: command) }
    }

    // MARK: Answers

    func receive(for command: SingleCommand) {
        progress = loop.now
        switch command.phase {
        case .sending: break  // an error waits for the end of the data
        case .receiving: pull(command)
        case .running:
            guard command.isWaiting else { return listen(for: []) }
            listen(for: .read)
            receiveResults(for: command)
        }
    }

    private func receiveResults(for command: SingleCommand) {
        while PQisBusy(connection) == 0 {
            guard let result = PQgetResult(connection) else { return finish(command) }
            switch PQresultStatus(result) {
            case PGRES_COPY_IN, PGRES_COPY_OUT:
                command.phase = PQresultStatus(result) == PGRES_COPY_IN ? .sending : .receiving
                let isBinary = PQbinaryTuples(result) == 1
                PQclear(result)
                return command.answer(.started(isBinary: isBinary))
            default: collect(result, during: command.statement)
            }
        }
    }

    private func finish(_ command: SingleCommand) {
        guard PQenterPipelineMode(connection) == 1 else { return lose() }
        mode = .pipeline
        let reply = takeReply()
        if let failure = reply.failure {
            PQclear(reply.result)
            command.fail(failure)
        } else if let result = reply.result {
            command.answer(.finished(Rows(result)))
        } else {
            command.fail(DatabaseError(.misuse, "an empty script"))
        }
    }
}

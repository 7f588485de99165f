import CLibPQ
import Net

extension Link {
    /// False when nothing was sent; the exchange has its answer then.
    @discardableResult
    func send(_ exchange: Exchange) -> Bool {
        guard state == .ready, case .pipeline = mode else {
            exchange.fail(DatabaseError(.connectionLost(.notExecuted), farewell ?? "the connection is not free"))
            return false
        }
        var exchange = exchange
        exchange.preparing = []
        do { try buffer.fill(exchange.parameters) } catch {
            exchange.fail(error)
            return false
        }
        var position = 0
        for call in exchange.opening {
            do { try openingBuffer.fill(call.parameters) } catch {
                exchange.fail(error)
                // Half of what belongs together is no use to anybody.
                if position > 0 { end(DatabaseError(.closed, "what a statement opens with could not be sent")) }
                return false
            }
            guard issue(call.statement, &openingBuffer, &exchange, &position) else { return refuse(exchange) }
        }
        guard issue(exchange.statement, &buffer, &exchange, &position), PQpipelineSync(connection) == 1 else {
            return refuse(exchange)
        }
        if exchanges.isEmpty { progress = loop.now }
        exchanges.append(exchange)
        touch()
        watch()
        return true
    }

    /// `position` counts the answers that the exchange will have.
    private func issue(
        _ statement: Statement, _ parameters: inout ParameterBuffer, _ exchange: inout Exchange, _ position: inout Int
    ) -> Bool {
        let types = parameters.types
        defer { position += 1 }
        guard let key = statement.key else {
            return statement.withCString { text in
                parameters.withPointers { count, values, lengths, formats in
                    PQsendQueryParams(connection, text, count, types, values, lengths, formats, 1)
                }
            } == 1
        }
        let entry: PreparedStatements.Entry
        if let known = statements.entry(key, types: types) {
            entry = known
        } else {
            entry = statements.add(key, types: types)
            exchange.preparing.append((position, key))
            let sent = statement.withCString { text in
                PQsendPrepare(connection, entry.name, text, Int32(types.count), types)
            }
            guard sent == 1 else { return false }
            position += 1
        }
        return parameters.withPointers { count, values, lengths, formats in
            PQsendQueryPrepared(connection, entry.name, count, values, lengths, formats, 1)
        } == 1
    }

    private func refuse(_ exchange: Exchange) -> Bool {
        let error = DatabaseError(.connectionLost(.unknown), libpqMessage)
        exchange.fail(error)
        end(error)
        return false
    }

    /// Asks for a write at the end of the turn. (Before version 17 libpq also writes at every sync point.)
    func touch() {
        guard !isDirty else { return }
        isDirty = true
        loop.endTurn(with: self)
    }

    func turnEnded() {
        isDirty = false
        guard state == .ready, flush(), case .single(let command) = mode else { return }
        roomCame(for: command)
    }

    func becameWritable() {
        if case .single = mode { progress = loop.now }
        touch()
    }

    /// True when libpq keeps nothing unsent.
    @discardableResult
    func flush() -> Bool {
        let rest = PQflush(connection)
        if rest < 0 {
            lose()
            return false
        }
        listen(for: rest == 1 ? [.read, .write] : .read)
        return rest == 0
    }

    func listen(for wanted: Interest) {
        guard let token, wanted != interest else { return }
        interest = wanted
        loop.change(token, interest: wanted)
    }

    func register(_ wanted: Interest) {
        interest = wanted
        token = loop.add(self, descriptor: PQsocket(connection), interest: wanted)
    }
}

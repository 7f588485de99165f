import CLibPQ
import COpenSSL
import Net

extension Link {
    func ready(_ events: Interest) {
        switch state {
        case .opening: advanceOpening()
        case .ready:
            if events.contains(.write) { becameWritable() }
            repeat {
                guard PQconsumeInput(connection) == 1 else { return lose() }
                receive()
            } while state == .ready && hasPendingTLS
        case .failing, .ended: break
        }
    }

    /// Bytes that TLS has decrypted but libpq not read yet: epoll knows nothing of them.
    private var hasPendingTLS: Bool {
        guard PQsslInUse(connection) == 1, let tls = PQsslStruct(connection, "OpenSSL") else { return false }
        return SSL_pending(OpaquePointer(tls)) > 0
    }

    func receive() {
        if case .single(let command) = mode { return receive(for: command) }
        var sawNull = false
        while !exchanges.isEmpty, PQisBusy(connection) == 0 {
            guard let result = PQgetResult(connection) else {
                // One NULL ends a command's answer; two mean that there is nothing more.
                if sawNull { break }
                sawNull = true
                continue
            }
            sawNull = false
            take(result)
            guard state != .ended else { return }
        }
        while let notification = PQnotifies(connection) {
            owner.link(self, received: Notification(notification.pointee))
            PQfreemem(notification)
        }
    }

    private func take(_ result: OpaquePointer) {
        switch PQresultStatus(result) {
        case PGRES_PIPELINE_SYNC:
            PQclear(result)
            complete()
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY, PGRES_PIPELINE_ABORTED, PGRES_FATAL_ERROR:
            collect(result, during: exchanges.first?.statement)
        default:
            PQclear(result)
            let statement = exchanges.first?.statement.description ?? ""
            end(DatabaseError(.misuse, "COPY outside copyIn and copyOut: \(statement)"))
        }
    }

    func collect(_ result: OpaquePointer, during statement: Statement?) {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            PQclear(reply.result)
            reply.result = result
        case PGRES_PIPELINE_ABORTED: PQclear(result)
        default:
            if reply.failure == nil {
                reply.failure = DatabaseError(result, during: statement)
                reply.failedAt = reply.count
            }
            PQclear(result)
        }
        reply.count += 1
    }

    private func complete() {
        guard var exchange = exchanges.popFirst() else { return }
        let reply = takeReply()
        progress = loop.now
        if let failure = reply.failure {
            PQclear(reply.result)
            for (position, key) in exchange.preparing where position >= reply.failedAt { statements.forget(key) }
            if failure.report?.isStalePlan == true, let key = exchange.statement.key {
                statements.forget(key)
                if exchange.mayRepeat, PQtransactionStatus(connection) != PQTRANS_INERROR {
                    exchange.mayRepeat = false
                    send(exchange)
                    return
                }
            }
            exchange.fail(failure)
        } else if let result = reply.result {
            exchange.succeed(Rows(result))
        }
        let status = PQtransactionStatus(connection)
        if isShared, status == PQTRANS_INTRANS || status == PQTRANS_INERROR {
            return end(DatabaseError(.misuse, "a transaction was opened outside transaction(): \(exchange.statement)"))
        }
        owner.linkAdvanced(self)
    }

    func takeReply() -> Reply {
        defer { reply = Reply() }
        return reply
    }

    /// The server speaks unasked: what it says before it closes the connection explains the end.
    func note(_ notice: OpaquePointer) {
        guard let severity = PQresultErrorField(notice, Int32(UInt8(ascii: "V"))) else { return }
        guard ["FATAL", "PANIC"].contains(String(cString: severity)) else { return }
        farewell = String(cString: PQresultErrorMessage(notice)).trimmingNewline
    }
}

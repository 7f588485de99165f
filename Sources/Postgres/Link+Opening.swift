import CLibPQ
import Net
import Platform

extension Link {
    private static let settings: Statement = """
        SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),
            set_config('idle_in_transaction_session_timeout', $3, false), set_config('TimeZone', 'UTC', false),
            set_config('DateStyle', 'ISO, YMD', false),
            set_config('search_path', coalesce($4, current_setting('search_path')), false)
        """

    /// Begins to connect. The first step resolves names and reads files, so it has a thread of its own.
    func open() {
        let limit = configuration.limits.connectTimeout
        openingAlarm = loop.alarm(at: Instant.now() + limit) { [self] in
            end(DatabaseError(.unavailable, "no connection within \(limit.seconds) s"))
        }
        Thread.start("pg-connect") { [self] in
            nonisolated(unsafe) let connection = configuration.startConnecting()
            loop.post { self.started(connection) }
        }.detach()
    }

    private func started(_ connection: OpaquePointer?) {
        guard state == .opening else { return PQfinish(connection) }
        self.connection = connection
        guard PQstatus(connection) != CONNECTION_BAD else { return failOpening() }
        PQsetNoticeReceiver(
            connection,
            { link, notice in
                guard let link, let notice else { return }
                Unmanaged<Link>.fromOpaque(link).takeUnretainedValue().note(notice)
            }, Unmanaged.passUnretained(self).toOpaque())
        register(.write)
    }

    /// libpq may close its socket and open another at each step: it is watched anew each time.
    func advanceOpening() {
        if let token { loop.remove(token) }
        token = nil
        switch PQconnectPoll(connection) {
        case PGRES_POLLING_OK: setUp()
        case PGRES_POLLING_READING: register(.read)
        case PGRES_POLLING_WRITING: register(.write)
        default: failOpening()
        }
    }

    private func failOpening() {
        end(DatabaseError(.unavailable, libpqMessage))
    }

    private func setUp() {
        guard PQsetnonblocking(connection, 1) == 0, PQenterPipelineMode(connection) == 1 else { return failOpening() }
        register(.read)
        state = .ready
        let limits = configuration.limits
        let values: [any PostgresEncodable] = [
            limits.statementTimeout.setting, limits.lockTimeout.setting, limits.idleTransactionTimeout.setting,
            configuration.searchPath,
        ]
        send(
            Exchange(
                Self.settings, values,
                .call { [self] result in
                    switch result {
                    case .success:
                        if let openingAlarm { loop.cancel(openingAlarm) }
                        openingAlarm = nil
                        hasOpened = true
                        owner.linkOpened(self)
                    case .failure(let error): end(error)
                    }
                }))
    }
}

extension Duration {
    /// As a time setting of the server: whole milliseconds, at least one, for zero would mean no limit.
    var setting: String { String(max(1, nanoseconds / 1_000_000)) }
}

extension DatabaseConfiguration {
    fileprivate func startConnecting() -> OpaquePointer? {
        connection.withCString { connection in
            applicationName.withCString { name in
                let keywords: [StaticString] = ["dbname", "application_name", "client_encoding"]
                var words = keywords.map {
                    UnsafePointer<CChar>?(UnsafeRawPointer($0.utf8Start).assumingMemoryBound(to: CChar.self))
                }
                words.append(nil)
                return "UTF8".withCString { encoding in
                    // The whole connection string goes where the database's name may stand.
                    PQconnectStartParams(words, [connection, name, encoding, nil], 1)
                }
            }
        }
    }

    /// Refuses a connection string that libpq does not understand.
    func check() throws(DatabaseError) {
        var message: UnsafeMutablePointer<CChar>?
        let options = PQconninfoParse(connection, &message)
        PQconninfoFree(options)
        guard options == nil else { return }
        defer { PQfreemem(message) }
        // libpq quotes the faulty part, which may hold a password: only its first words are kept.
        let reason = message.map { String(cString: $0).trimmingNewline } ?? "out of memory"
        throw DatabaseError(.configuration, "connection string: \(reason.prefix { $0 != "\"" })")
    }
}

extension String {
    var trimmingNewline: String {
        var text = self[...]
        while let last = text.last, last.isNewline { text.removeLast() }
        return String(text)
    }
}

import Crypto
import HTTP
import JSON
import Net
import Platform
import Postgres

/// Answers a request once, however often it is sent with the same `Idempotency-Key` (IETF draft
/// httpapi-idempotency-key-header): who did not hear the answer asks again, and nothing is done twice.
struct Idempotency: Sendable {
    let database: Database
    /// Answers hold what declarations say: they are sealed.
    let vault: Vault

    static let parameter = Route.Parameter(
        .header, "Idempotency-Key", .string(maxLength: 255),
        "La même demande envoyée de nouveau avec la même clé reçoit la même réponse, pendant 24 heures")
    static let output = Route.Output(
        .conflict, of: "application/problem+json", "Conflit, ou la première demande de cette clé est encore en cours")

    /// Larger answers are not kept: whoever asks again is answered anew.
    private static let mostBytes = 8 << 20
    private static let heartbeat = Duration.seconds(10)

    /// - Parameter content: what the request brings, in any form that is the same whenever the same is brought.
    func answer(
        _ request: Request, _ content: [UInt8], _ body: nonisolated(nonsending) () async throws -> Response
    ) async throws -> Response {
        guard let text = request.header("idempotency-key") else { return try await body() }
        guard 1...255 ~= text.utf8.count, text.utf8.allSatisfy({ 0x21...0x7e ~= $0 }) else {
            throw Problem(.malformedRequest, "Idempotency-Key a de 1 à 255 caractères ASCII visibles.")
        }
        let key = IdempotencyStore.Key(
            user: try request.signedIn().user, route: "\(request.method.name) \(request.route.path)", text: text)
        let fingerprint = Self.fingerprint(request, content)
        while !(try await IdempotencyStore.claim(key, fingerprint, database)) {
            // It may have been given up meanwhile.
            guard let known = try await IdempotencyStore.find(key, database) else { continue }
            return try replay(known, key, fingerprint)
        }
        let response: Response
        do { response = try await held(key, body) } catch {
            // Nothing was done, or it is found again by its number: the next one tries anew.
            try? await IdempotencyStore.forget(key, database)
            throw error
        }
        await keep(response, key)
        return response
    }

    private func held(
        _ key: IdempotencyStore.Key, _ body: nonisolated(nonsending) () async throws -> Response
    ) async throws -> Response {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                while let loop = EventLoop.current {
                    try await loop.sleep(for: Self.heartbeat)
                    try? await IdempotencyStore.renew(key, database)
                }
            }
            defer { tasks.cancelAll() }
            return try await body()
        }
    }

    private func replay(
        _ known: IdempotencyStore.Known, _ key: IdempotencyStore.Key, _ fingerprint: Digest
    ) throws -> Response {
        guard known.fingerprint == fingerprint.bytes else {
            let message = "Cette clé a servi à une autre demande."
            throw Problem(
                .validationFailed, message,
                items: [.init(pointer: "Idempotency-Key", code: "idempotency_key_reused", message: message)])
        }
        guard let answer = known.answer else {
            throw Problem(.conflict, "La même demande est en cours.", retryAfter: 2)
        }
        let bytes = try vault.uses[.answers].open(answer.sealed, at: Self.place(key))
        var response = Response(Self.statuses[answer.status] ?? .ok, .json, bytes)
            .adding("Idempotency-Replayed", "true")
        if let location = answer.location { response = response.adding("Location", location) }
        return response
    }

    private static let statuses: [Int: Status] = [200: .ok, 201: .created, 202: .accepted]

    private func keep(_ response: Response, _ key: IdempotencyStore.Key) async {
        do {
            guard case .bytes(let bytes) = response.body, bytes.count <= Self.mostBytes,
                Self.statuses[Int(response.status.code)] != nil
            else { return try await IdempotencyStore.forget(key, database) }
            let sealed = try vault.uses[.answers].seal(bytes, at: Self.place(key))
            try await IdempotencyStore.store(
                .init(status: Int(response.status.code), location: response["Location"], sealed: sealed), under: key,
                database)
        } catch {
            // It was done, and whoever asks again finds it by its number.
            Log.shared.warn("idempotency.unkept", "An answer could not be kept") {
                $0.add("error", error.operatorMessage)
            }
        }
    }

    private static func place(_ key: IdempotencyStore.Key) -> String {
        "idempotency_keys|reponse|\(key.user)|\(key.route)|\(key.text)"
    }

    private static func fingerprint(_ request: Request, _ content: [UInt8]) -> Digest {
        let hash = SHA256()
        let target = "\(request.path)?\((try? request.query.canonical) ?? "")\n"
        hash.update(target.utf8)
        // Members in another order are the same request.
        hash.update((try? JSONValue(parsing: content))?.canonicalBytes() ?? content)
        return hash.finish()
    }

    /// Forgets what is older than a day, once an hour.
    func sweep() async {
        while let loop = EventLoop.current {
            try? await IdempotencyStore.sweep(database)
            guard (try? await loop.sleep(for: .seconds(3600))) != nil else { return }
        }
    }
}

extension Query {
    /// Names and values in the order of the names.
    fileprivate var canonical: String {
        get throws {
            try names.sorted().map { "\($0)=\(try single($0) ?? "")" }.joined(separator: "&")
        }
    }
}

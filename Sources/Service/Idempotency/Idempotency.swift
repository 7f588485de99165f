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

    /// For what does nothing twice by itself, as declarations do that are known by their number. The answer is kept after
    /// it was given.
    ///
    /// - Parameter content: what the request brings, in any form that is the same whenever the same is brought.
    func answer(
        _ request: Request, _ content: [UInt8], _ body: nonisolated(nonsending) () async throws -> Response
    ) async throws -> Response {
        try await once(request, content) { _ in try await body() }
    }

    /// For acts: `body` keeps its answer in the act's own transaction, by `HeldKey.keep`.
    func act(
        _ request: Request, _ body: nonisolated(nonsending) (HeldKey?) async throws -> Response
    ) async throws -> Response {
        guard case .bytes(let content) = request.body else { return try await once(request, [], body) }
        return try await once(request, content, body)
    }

    private func once(
        _ request: Request, _ content: [UInt8], _ body: nonisolated(nonsending) (HeldKey?) async throws -> Response
    ) async throws -> Response {
        guard let text = request.header("idempotency-key") else { return try await body(nil) }
        guard 1...255 ~= text.utf8.count, text.utf8.allSatisfy({ 0x21...0x7e ~= $0 }) else {
            throw Problem(.malformedRequest, "Idempotency-Key a de 1 à 255 caractères ASCII visibles.")
        }
        let key = IdempotencyStore.Key(
            user: try request.signedIn().user, route: "\(request.method.name) \(request.route.path)", text: text)
        let fingerprint = Self.fingerprint(request, content)
        let seals = try vault.uses[.answers]
        while true {
            if let claim = try await IdempotencyStore.claim(key, fingerprint, database) {
                return try await answer(HeldKey(claim: claim, seals: seals), body)
            }
            // Nil: it was given up meanwhile.
            if let known = try await IdempotencyStore.find(key, database) {
                return try replay(known, key, fingerprint, seals)
            }
        }
    }

    private func answer(
        _ held: HeldKey, _ body: nonisolated(nonsending) (HeldKey?) async throws -> Response
    ) async throws -> Response {
        let response: Response
        do { response = try await whileRenewing(held.claim) { try await body(held) } } catch {
            // Nothing was done, or it is found again by its number, or its answer is there: the next one tries anew.
            try? await IdempotencyStore.forget(held.claim, database)
            throw error
        }
        await keep(response, held)
        return response
    }

    private func whileRenewing(
        _ claim: IdempotencyStore.Claim, _ body: nonisolated(nonsending) () async throws -> Response
    ) async throws -> Response {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                while let loop = EventLoop.current {
                    try await loop.sleep(for: Self.heartbeat)
                    try? await IdempotencyStore.renew(claim, database)
                }
            }
            defer { tasks.cancelAll() }
            return try await body()
        }
    }

    private func replay(
        _ known: IdempotencyStore.Known, _ key: IdempotencyStore.Key, _ fingerprint: Digest, _ seals: UseKey
    ) throws -> Response {
        guard known.fingerprint == fingerprint.bytes else {
            let message = "Cette clé a servi à une autre demande."
            throw Problem(
                .validationFailed, message,
                items: [.init(pointer: "Idempotency-Key", code: "idempotency_key_reused", message: message)])
        }
        guard let answer = known.answer else { throw HeldKey.isUnderway }
        return try HeldKey.replay(answer, of: key, seals)
    }

    /// What an act kept itself stays as it is.
    private func keep(_ response: Response, _ held: HeldKey) async {
        do {
            guard let answer = try held.stored(response), answer.sealed.count <= Self.mostBytes else {
                return try await IdempotencyStore.forget(held.claim, database)
            }
            try await IdempotencyStore.store(answer, under: held.claim, database)
        } catch {
            // It was done, and whoever asks again finds it by its number.
            Log.shared.warn("idempotency.unkept", "An answer could not be kept") {
                $0.add("error", error.operatorMessage)
            }
        }
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

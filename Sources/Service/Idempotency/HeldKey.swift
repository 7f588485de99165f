import Crypto
import HTTP
import JSON
import Postgres

/// An `Idempotency-Key` whose request is being answered.
///
/// An act with a transaction of its own keeps its answer in it: so both are there, or neither, whatever ends the program
/// in between.
struct HeldKey: Sendable {
    let claim: IdempotencyStore.Claim
    let seals: UseKey

    private static let statuses: [Int: Status] = [200: .ok, 201: .created, 202: .accepted]

    /// Where no key was sent there is nothing to keep. Whoever has lost the key meanwhile is refused, and must not act:
    /// somebody else is at the same request.
    static func keep(_ response: Response, under held: HeldKey?, in transaction: Transaction) async throws {
        guard let held, let answer = try held.stored(response) else { return }
        guard try await IdempotencyStore.store(answer, under: held.claim, transaction) else { throw isUnderway }
    }

    static let isUnderway = Problem(.conflict, "La même demande est en cours.", retryAfter: 2)

    /// Nil for what is never answered again: streams, and answers without content.
    func stored(_ response: Response) throws(CryptoError) -> IdempotencyStore.Stored? {
        guard case .bytes(let bytes) = response.body, Self.statuses[Int(response.status.code)] != nil else {
            return nil
        }
        return .init(
            status: Int(response.status.code), location: response["Location"],
            sealed: try seals.seal(bytes, at: Self.place(claim.key)))
    }

    static func replay(
        _ answer: IdempotencyStore.Stored, of key: IdempotencyStore.Key, _ seals: UseKey
    ) throws -> Response {
        let bytes = try seals.open(answer.sealed, at: place(key))
        let response = Response(statuses[answer.status] ?? .ok, .json, bytes).adding("Idempotency-Replayed", "true")
        return answer.location.map { response.adding("Location", $0) } ?? response
    }

    private static func place(_ key: IdempotencyStore.Key) -> String {
        "idempotency_keys|reponse|\(key.user)|\(key.route)|\(key.text)"
    }
}

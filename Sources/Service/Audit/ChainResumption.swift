import Crypto
import JSON
import Platform
import Postgres

/// What bridges the gap after a backup was restored: anchors tell of events that the database has never had. An event of
/// its own names them, and the anchor that follows it at once says from where they no longer count. Both are made by
/// whoever holds the key; nobody who verifies overlooks them.
struct ChainResumption: Equatable, Sendable {
    static let event = "chaine_reprise"

    /// The last number whose anchor the chain still fits; 0 when there is none.
    let after: Int
    /// The last anchor that it does not fit.
    let lost: Int
    let hash: Digest

    /// Nil when the chain fits all anchors.
    init?(_ anchors: [Anchor], fits: (Anchor) async throws -> Bool) async rethrows {
        var (after, lost) = (0, [Anchor]())
        // Those that an earlier bridge has replaced do not count any more.
        var counting: [Anchor] = []
        for anchor in anchors {
            if let resumed = anchor.resumedAfter { counting.removeAll { $0.seq > resumed } }
            counting.append(anchor)
        }
        for anchor in counting.sorted(by: { $0.seq < $1.seq }) {
            if try await fits(anchor) { after = max(after, anchor.seq) } else { lost.append(anchor) }
        }
        guard let last = lost.last, let first = lost.first, first.seq > after else { return nil }
        self.init(after: after, lost: last.seq, hash: last.hash)
    }

    init(after: Int, lost: Int, hash: Digest) { (self.after, self.lost, self.hash) = (after, lost, hash) }

    /// What the event says.
    func details(reason: String, head: Int) -> [JSONValue.Member] {
        [
            .init("apres", .int(after)), .init("derniere_ancre_perdue", .int(lost)),
            .init("empreinte", .string(hash.hexadecimal)), .init("tete_restauree", .int(head)),
            .init("motif", .string(reason)),
        ]
    }

    func isSaid(by canonical: [UInt8]) -> Bool {
        guard let value = try? JSONValue(parsing: canonical), value["evenement"]?.string == Self.event,
            let details = value["details"]
        else { return false }
        return details["apres"]?.int == after && details["derniere_ancre_perdue"]?.int == lost
            && details["empreinte"]?.string == hash.hexadecimal
    }
}

extension AuditCommands {
    /// The number of the event that bridges the gap. Fails when the chain fits its anchors, or is not whole in itself:
    /// what was altered is not bridged.
    public static func resume(_ settings: ServiceSettings, reason: String) throws -> Int {
        let reason = reason.filter { !$0.isNewline }
        guard 1...500 ~= reason.unicodeScalars.count else {
            throw AccountCommandError(description: "le motif a de 1 à 500 caractères")
        }
        let path = settings.auditAnchors
        let key = try KeyRing.open(settings.auditKeys).current
        let anchors = try Anchors.read(path)
        let signed = anchors.compactMap { $0 }.filter { $0.isSigned(by: [key.pair.publicKey]) }
        guard signed.count == anchors.count else {
            throw AccountCommandError(description: "« \(path) » a des ancres que la clé n'a pas signées")
        }
        let chain = try verify(settings, journal: nil, anchors: nil, key: nil)
        guard chain.isGood else { throw AccountCommandError(description: chain.text(json: false)) }
        let (head, after) = try CommandDatabase.use(settings) { database in
            let resumption = try await ChainResumption(signed) { anchor in
                try await AuditStore.fits(anchor, database)
            }
            guard let resumption else {
                throw AccountCommandError(description: "le journal est celui qui a été ancré : rien n'est à reprendre")
            }
            return try await database.transaction { transaction in
                let restored = try await AuditStore.head(transaction)
                try await AuditStore.append(
                    AuditEvent(
                        name: ChainResumption.event, actor: AccountCommands.operatorActor(),
                        details: resumption.details(reason: reason, head: restored.seq)), in: transaction)
                return (try await AuditStore.head(transaction), resumption.after)
            }
        }
        // Without it the gap is still there, and is bridged by the next try.
        try File.append(Anchor(head, resumedAfter: after, at: .now(), key: key).line, to: path)
        return head.seq
    }
}

import Crypto
import JSON
import Platform
import Postgres

/// What the command line does with the audit trail.
public enum AuditCommands {
    public struct Verdict: Sendable {
        let events: Int
        let anchors: Int
        let fault: JournalVerifier.Fault?
        /// Events that bridge the gap which a restored backup has left.
        var resumed: [Int] = []
        /// The last event that was taken away when it had expired.
        var cut: Int?

        public var isGood: Bool { fault == nil }

        public func text(json: Bool) -> String {
            if json {
                var writer = JSONWriter()
                writer.object { writer in
                    writer.member("integre", isGood)
                    writer.member("evenements", events)
                    writer.member("ancres", anchors)
                    if !resumed.isEmpty {
                        writer.key("reprises")
                        writer.array { writer in for seq in resumed { writer.int(seq) } }
                    }
                    writer.member("coupe_jusqu_a", ifPresent: cut)
                    writer.member("premier_numero_fautif", ifPresent: fault?.seq)
                    writer.member("raison", ifPresent: fault?.reason.rawValue)
                }
                return String(decoding: writer.finish(), as: UTF8.self)
            }
            if let fault { return "Le journal est altéré à l'événement \(fault.seq) : \(fault.reason.rawValue)." }
            let anchored = anchors == 0 ? ", sans ancre à comparer" : ", \(anchors) ancres concordantes"
            let resumptions =
                resumed.isEmpty
                ? ""
                : " Une sauvegarde a été restaurée : reprise à l'événement "
                    + resumed.map(String.init).joined(separator: ", ") + "."
            let begin =
                cut.map { " Il commence après l'événement \($0) : ce qui précède avait dépassé sa conservation." } ?? ""
            return "Le journal est intègre : \(events) événements\(anchored).\(begin)\(resumptions)"
        }
    }

    private static let batch = 5000

    /// Verifies the database's journal, or an exported one when `journal` names it: then no database is needed.
    public static func verify(
        _ settings: ServiceSettings, journal: String?, anchors path: String?, key: String?
    ) throws -> Verdict {
        let anchors = try path.map { try Anchors.read($0) } ?? []
        let keys = anchors.isEmpty ? [] : [try publicKey(key ?? settings.auditPublicKey)]
        do {
            let begin: @Sendable (TrailCut?) throws -> JournalVerifier = { cut in
                try JournalVerifier(anchors: anchors, keys: keys, from: cut)
            }
            let verifier =
                try journal.map { try verify(exported: $0, begin) }
                ?? CommandDatabase.use(settings) { try await verify(stored: $0, begin) }
            let cut = verifier.cut?.until
            return Verdict(
                events: verifier.seq - (cut ?? 0), anchors: anchors.count, fault: nil, resumed: verifier.resumed,
                cut: cut)
        } catch let fault as JournalVerifier.Fault {
            return Verdict(events: fault.seq - 1, anchors: anchors.count, fault: fault)
        }
    }

    private static func verify(
        stored database: Database, _ begin: @Sendable (TrailCut?) throws -> JournalVerifier
    ) async throws -> JournalVerifier {
        try await database.transaction(isolation: .repeatableRead, readOnly: true) { transaction in
            let isCut = try await AuditStore.first(transaction).map { $0 > 1 } ?? false
            var verifier = try begin(isCut ? try await AuditStore.cut(transaction) : nil)
            var last = -1
            while true {
                let entries = try await AuditStore.entries(after: last, count: batch, transaction)
                for entry in entries { try verifier.take(canonical: entry.canonical, hash: entry.hash) }
                guard let seq = entries.last?.seq else { break }
                last = seq
            }
            try verifier.finish(head: try await AuditStore.head(transaction))
            return verifier
        }
    }

    private static func verify(
        exported path: String, _ begin: (TrailCut?) throws -> JournalVerifier
    ) throws -> JournalVerifier {
        let lines = try File.read(path, limit: 4 << 30).split(separator: 0x0a)
        var verifier = try begin(TrailCut(exported: lines))
        for line in lines {
            let parts = line.split(separator: 0x20, maxSplits: 1)
            guard parts.count == 2, let hash = Digest(hexadecimal: String(decoding: parts[0], as: UTF8.self)) else {
                throw JournalVerifier.Fault(seq: verifier.seq + 1, reason: .altered)
            }
            try verifier.take(canonical: Array(parts[1]), hash: hash.bytes)
        }
        try verifier.finish(head: nil)
        return verifier
    }

    /// The whole journal, a line an event: its hash, a space, its canonical text.
    public static func export(_ settings: ServiceSettings, to write: @escaping @Sendable ([UInt8]) throws -> Void)
        throws
    {
        try CommandDatabase.use(settings) { database in
            try await database.transaction(isolation: .repeatableRead, readOnly: true) { transaction in
                var last = -1
                while true {
                    let entries = try await AuditStore.entries(after: last, count: batch, transaction)
                    guard let seq = entries.last?.seq else { return }
                    var lines: [UInt8] = []
                    for entry in entries {
                        lines += (Digest(entry.hash)?.hexadecimal ?? "").utf8
                        lines.append(0x20)
                        lines += entry.canonical
                        lines.append(0x0a)
                    }
                    try write(lines)
                    last = seq
                }
            }
        }
    }

    static func publicKey(_ path: String) throws -> VerifyingKey {
        let text = String(decoding: try File.read(path, limit: 4096), as: UTF8.self)
        guard let bytes = Base64.url.decode(text.filter { !$0.isWhitespace }), let key = try? VerifyingKey(bytes) else {
            throw KeyRingError.malformed(path)
        }
        return key
    }
}

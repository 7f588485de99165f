import Crypto
import JSON
import Platform

/// What the chain was at a moment, signed with a key that the database does not hold: whoever rewrites the journal
/// cannot rewrite this.
struct Anchor: Sendable {
    let seq: Int
    let hash: Digest
    let date: String
    /// A backup was restored: anchors after this number, of which the chain knows nothing any more, no longer count. The
    /// event at `seq` says so too, and which they were.
    let resumedAfter: Int?
    private let key: String
    private let signature: [UInt8]

    init(_ head: AuditStore.Head, resumedAfter: Int? = nil, at date: Timestamp, key: KeyRing.Key) {
        (seq, hash, self.date, self.resumedAfter) = (head.seq, head.hash, date.rfc3339(.seconds), resumedAfter)
        self.key = key.identifier
        let members = Self.members(seq, hash.hexadecimal, self.date, key.identifier, resumedAfter)
        signature = key.pair.sign(Self.signed(members))
    }

    /// Nil when the line is no anchor.
    init?(line: some Sequence<UInt8>) {
        guard let value = try? JSONValue(parsing: Array(line)), let seq = value["seq"]?.int, seq > 0,
            let hash = value["empreinte"]?.string.flatMap(Digest.init(hexadecimal:)),
            let date = value["date"]?.string, let key = value["cle"]?.string,
            let signature = value["signature"]?.string.flatMap({ Base64.url.decode($0) })
        else { return nil }
        (self.seq, self.hash, self.date) = (seq, hash, date)
        (self.key, self.signature) = (key, signature)
        resumedAfter = value["reprise_apres"]?.int
        guard value["reprise_apres"] == nil || resumedAfter.map({ 0..<seq ~= $0 }) == true else { return nil }
    }

    func isSigned(by keys: [VerifyingKey]) -> Bool {
        let message = Self.signed(Self.members(seq, hash.hexadecimal, date, key, resumedAfter))
        return keys.contains { $0.isSignature(signature, of: message) }
    }

    /// One line of the file, with its end.
    var line: [UInt8] {
        var members = Self.members(seq, hash.hexadecimal, date, key, resumedAfter)
        members.append(.init("signature", .string(Base64.url.encode(signature))))
        return (JSONValue.object(members).canonicalBytes() ?? []) + [0x0a]
    }

    private static func members(
        _ seq: Int, _ hash: String, _ date: String, _ key: String, _ resumedAfter: Int?
    ) -> [JSONValue.Member] {
        let members: [JSONValue.Member] = [
            .init("seq", .int(seq)), .init("empreinte", .string(hash)), .init("date", .string(date)),
            .init("cle", .string(key)),
        ]
        return members + (resumedAfter.map { [.init("reprise_apres", .int($0))] } ?? [])
    }

    private static func signed(_ members: [JSONValue.Member]) -> [UInt8] {
        JSONValue.object(members).canonicalBytes() ?? []
    }
}

extension Digest {
    init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.count == 2 * Self.byteCount else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Hexadecimal.value(digits[place]), let low = Hexadecimal.value(digits[place + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        self.init(bytes)
    }
}

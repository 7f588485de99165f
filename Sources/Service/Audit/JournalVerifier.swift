import Crypto
import JSON

/// Goes through the journal from its first event and says where it stops being what was written.
struct JournalVerifier {
    struct Fault: Error, Equatable {
        /// The first event that is missing or not what it was.
        let seq: Int
        let reason: Reason
    }
    enum Reason: String {
        case missing = "l'événement manque, ou un autre a pris sa place"
        case altered = "le contenu ou l'ordre a été changé"
        case headDiffers = "la tête de la chaîne ne correspond pas au dernier événement"
        case truncated = "des événements ancrés ont disparu à la fin"
        case rewritten = "la chaîne n'est plus celle qui a été ancrée : elle a été récrite jusqu'ici ou avant"
        case notResumed = "une ancre annonce une reprise après restauration que l'événement ne dit pas"
        case badAnchor = "une ancre est illisible ou n'est pas signée par la clé"
    }

    private var chain = HashChain()
    private(set) var seq = 0
    private var anchors: [Int: Digest] = [:]
    /// By the number of the event that says so, the last anchor of which a restored backup knew nothing.
    private var resumptions: [Int: ChainResumption] = [:]

    /// Events that bridge the gap which a restored backup has left.
    var resumed: [Int] { resumptions.keys.sorted() }

    /// Every anchor must be signed by one of `keys`.
    init(anchors: [Anchor?] = [], keys: [VerifyingKey] = []) throws(Fault) {
        var lastGood = 0
        for anchor in anchors {
            guard let anchor, anchor.isSigned(by: keys) else { throw Fault(seq: lastGood + 1, reason: .badAnchor) }
            if let after = anchor.resumedAfter, let lost = self.anchors.keys.filter({ $0 > after }).max(),
                let hash = self.anchors[lost]
            {
                self.anchors = self.anchors.filter { $0.key <= after }
                resumptions = resumptions.filter { $0.key <= after }
                resumptions[anchor.seq] = ChainResumption(after: after, lost: lost, hash: hash)
            }
            if let other = self.anchors.updateValue(anchor.hash, forKey: anchor.seq), other != anchor.hash {
                throw Fault(seq: anchor.seq, reason: .rewritten)
            }
            lastGood = anchor.seq
        }
    }

    /// The next event, in the order of the numbers.
    mutating func take(canonical: [UInt8], hash: [UInt8]) throws(Fault) {
        let expected = seq + 1
        guard let found = try? Numbered(parsing: canonical) else { throw Fault(seq: expected, reason: .altered) }
        guard found.seq == expected else { throw Fault(seq: expected, reason: .missing) }
        guard chain.append(canonical).bytes == hash else { throw Fault(seq: expected, reason: .altered) }
        if let resumption = resumptions[expected], !resumption.isSaid(by: canonical) {
            throw Fault(seq: expected, reason: .notResumed)
        }
        if let anchored = anchors[expected], anchored != chain.head { throw Fault(seq: expected, reason: .rewritten) }
        seq = expected
    }

    /// When there are no more; `head` is what the database holds to be the last.
    func finish(head: AuditStore.Head?) throws(Fault) {
        if let last = anchors.keys.max(), last > seq { throw Fault(seq: seq + 1, reason: .truncated) }
        guard let head else { return }
        guard head.seq == seq, head.hash == chain.head else { throw Fault(seq: seq + 1, reason: .headDiffers) }
    }

    private struct Numbered: JSONReadable {
        var seq = 0

        init(json reader: inout JSONReader) throws(JSONError) {
            try reader.object { key, reader throws(JSONError) in
                if "seq" ~= key { seq = try reader.int() } else { try reader.skip() }
            }
        }
    }
}

import Crypto
import JSON
import Platform

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
        case badCut = "le journal ne commence pas à son premier événement, et aucune coupe n'en rend compte"
        case cutNotAnchored = "la coupe du journal ne s'arrête pas à un événement ancré, ou n'a pas son empreinte"
        case cutTooEarly = "des événements ont été retirés avant le terme de leur conservation"
        case badAnchor = "une ancre est illisible ou n'est pas signée par la clé"
    }

    private var chain = HashChain()
    private(set) var seq = 0
    private var anchors: [Int: Digest] = [:]
    /// By the number of the event that says so, the last anchor of which a restored backup knew nothing.
    private var resumptions: [Int: ChainResumption] = [:]
    /// Where the journal begins, when that is not at its first event.
    let cut: TrailCut?
    private var dates: [Int: Timestamp] = [:]

    /// Events that bridge the gap which a restored backup has left.
    var resumed: [Int] { resumptions.keys.sorted() }

    /// Every anchor must be signed by one of `keys`. A journal that was cut is verified from there on.
    init(anchors: [Anchor?] = [], keys: [VerifyingKey] = [], from cut: TrailCut? = nil) throws(Fault) {
        self.cut = cut
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
            dates[anchor.seq] = Timestamp(rfc3339: anchor.date)
            lastGood = anchor.seq
        }
        if let cut { try begin(after: cut, hasAnchors: !anchors.isEmpty) }
    }

    /// A truncation is not to pass for a cut: what went was anchored there, and had been for long enough.
    private mutating func begin(after cut: TrailCut, hasAnchors: Bool) throws(Fault) {
        guard cut.seq > cut.until, cut.months >= TrailCut.fewestMonths else {
            throw Fault(seq: cut.until + 1, reason: .badCut)
        }
        if hasAnchors {
            guard let anchored = anchors[cut.until], anchored == cut.hash, let date = dates[cut.until] else {
                throw Fault(seq: cut.until, reason: .cutNotAnchored)
            }
            // What the event says of its day is held to what was signed after it.
            let next = anchors.keys.filter { $0 >= cut.seq }.min().flatMap { dates[$0] }
            // Anchors tell their date to the second.
            guard cut.date < (next ?? .now()) + .seconds(1), date.date <= cut.oldest else {
                throw Fault(seq: cut.until, reason: .cutTooEarly)
            }
        }
        (chain, seq) = (HashChain(head: cut.hash), cut.until)
        anchors = anchors.filter { $0.key > cut.until }
        resumptions = resumptions.filter { $0.key > cut.until }
    }

    /// The next event, in the order of the numbers.
    mutating func take(canonical: [UInt8], hash: [UInt8]) throws(Fault) {
        let expected = seq + 1
        guard let found = try? Numbered(parsing: canonical) else { throw Fault(seq: expected, reason: .altered) }
        guard found.seq == expected else { throw Fault(seq: expected, reason: .missing) }
        guard chain.append(canonical).bytes == hash else { throw Fault(seq: expected, reason: .altered) }
        if let cut, cut.seq == expected, TrailCut(canonical: canonical) != cut {
            throw Fault(seq: expected, reason: .badCut)
        }
        if let resumption = resumptions[expected], !resumption.isSaid(by: canonical) {
            throw Fault(seq: expected, reason: .notResumed)
        }
        if let anchored = anchors[expected], anchored != chain.head { throw Fault(seq: expected, reason: .rewritten) }
        seq = expected
    }

    /// When there are no more; `head` is what the database holds to be the last.
    func finish(head: AuditStore.Head?) throws(Fault) {
        if let last = anchors.keys.max(), last > seq { throw Fault(seq: seq + 1, reason: .truncated) }
        // The event that says so must stand in the chain itself.
        if let cut, cut.seq > seq { throw Fault(seq: seq + 1, reason: .badCut) }
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

public import JSON

/// The coarse class in which a declaration's outcome teaches about others: decile of the probability, heading, whether
/// the trader is new, whether the goods come from elsewhere than their origin. The chapter has a learner of its own.
public struct Segment: Sendable, Hashable {
    /// 0 to 9.
    public let decile: Int
    /// The first four digits of the dominant code; 0 when unknown.
    public let heading: Int
    public let isNewTrader: Bool
    public let originDiffers: Bool

    public init(decile: Int, heading: Int, isNewTrader: Bool, originDiffers: Bool) {
        self.decile = min(max(decile, 0), Deciles.count - 1)
        self.heading = 1...9999 ~= heading ? heading : 0
        (self.isNewTrader, self.originDiffers) = (isNewTrader, originDiffers)
    }

    /// 0 to 3.
    var flags: Int { (isNewTrader ? 1 : 0) + (originDiffers ? 2 : 0) }

    /// The heading of a tariff code as declared.
    public static func heading(of code: String) -> Int {
        let digits = code.utf8.lazy.filter { 0x30...0x39 ~= $0 }.prefix(4)
        return digits.count == 4 ? digits.reduce(0) { $0 * 10 + Int($1) - 0x30 } : 0
    }
}

/// Where the deciles of the probability begin.
public struct Deciles: Sendable, Equatable {
    public static let count = 10
    /// The nine inner edges, growing, within 0…1.
    public let edges: [Double]

    public init(edges: [Double]) throws(DecisionError) {
        let grows = zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 }
        guard edges.count == Self.count - 1, grows, edges[0] > 0, edges[edges.count - 1] < 1 else {
            throw DecisionError(.badPolicy, "il faut neuf bornes de déciles croissantes entre 0 et 1")
        }
        self.edges = edges
    }

    private init(_ edges: [Double]) { self.edges = edges }

    /// Tenths of the probability, until enough was seen.
    public static let even = Deciles((1...9).map { Double($0) / 10 })

    /// The deciles of what was seen; nil when too many of the values are the same.
    public static func of(_ probabilities: [Double]) -> Deciles? {
        let sorted = probabilities.filter { 0...1 ~= $0 }.sorted()
        guard sorted.count >= 100 else { return nil }
        return try? Deciles(edges: (1...9).map { sorted[$0 * sorted.count / 10] })
    }

    @inline(__always)
    public func decile(of probability: Double) -> Int {
        var decile = 0
        while decile < edges.count, probability >= edges[decile] { decile += 1 }
        return decile
    }

    /// The middle of a decile.
    @inline(__always)
    func middle(_ decile: Int) -> Double {
        ((decile == 0 ? 0 : edges[decile - 1]) + (decile == edges.count ? 1 : edges[decile])) / 2
    }
}

extension Deciles: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        guard let read = try? Deciles(edges: try [Double](json: &reader)) else { throw reader.refusal(at: place) }
        self = read
    }

    public func write(to writer: inout JSONWriter) { writer.value(edges) }
}

extension Segment: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var (decile, heading, newTrader, differs) = (0, 0, false, false)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "decile": decile = try reader.int()
            case "position": heading = try reader.int()
            case "operateur_nouveau": newTrader = try reader.bool()
            case "origine_autre": differs = try reader.bool()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(decile: decile, heading: heading, isNewTrader: newTrader, originDiffers: differs)
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("decile", decile)
            writer.member("position", heading)
            writer.member("operateur_nouveau", isNewTrader)
            writer.member("origine_autre", originDiffers)
        }
    }
}

public import JSON

/// One verdict of an inspector, and what was verified later by others.
public struct InspectorVerdict: Sendable, Equatable {
    /// Days since 1970-01-01.
    public let day: Int32
    public let saysFraud: Bool
    /// Heading of the goods; 0 when unknown.
    public let heading: Int
    /// How long it took; nil when nobody noted it.
    public let minutes: Double?
    /// What an audit, an appeal or a second reading found afterwards; nil while there is none. Never the model's opinion.
    public let laterFraud: Bool?

    public init(day: Int32, saysFraud: Bool, heading: Int, minutes: Double? = nil, laterFraud: Bool? = nil) {
        (self.day, self.saysFraud, self.heading) = (day, saysFraud, heading)
        (self.minutes, self.laterFraud) = (minutes, laterFraud)
    }
}

/// What an inspector's verdicts show. It is for people to read: no verdict counts more or less for it.
public struct InspectorProfile: Sendable, Equatable {
    public enum Trend: String, Sendable, JSONReadable, JSONWritable {
        case tooFew = "insuffisant"
        case rising = "en_hausse"
        case stable
        case falling = "en_baisse"
    }
    public struct Share: Sendable, Equatable {
        public let heading: Int
        public let count: Int
    }

    public let verdicts: Int
    public let fraudShare: Proportion
    /// With outcomes verified later by others.
    public let agreement: Proportion
    public let medianMinutes: Double?
    /// The headings seen most, the first five.
    public let headings: [Share]
    /// 0: as varied as can be; 1: one heading only.
    public let specialisation: Double
    public let trend: Trend

    /// `recentDays` before `day` are compared with all that came before them.
    public init(_ verdicts: [InspectorVerdict], on day: Int32, recentDays: Int32 = 90) {
        self.verdicts = verdicts.count
        fraudShare = Proportion(verdicts.count { $0.saysFraud }, of: verdicts.count)
        let verified = verdicts.filter { $0.laterFraud != nil }
        agreement = Self.agreement(verified)
        let times = verdicts.compactMap(\.minutes).filter { $0 >= 0 && $0.isFinite }.sorted()
        medianMinutes = times.isEmpty ? nil : (times[(times.count - 1) / 2] + times[times.count / 2]) / 2
        var counts: [Int: Int] = [:]
        for verdict in verdicts where verdict.heading > 0 { counts[verdict.heading, default: 0] += 1 }
        let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        headings = sorted.prefix(5).map { Share(heading: $0.key, count: $0.value) }
        specialisation = Self.specialisation(sorted.map(\.value))
        trend = Self.trend(
            before: Self.agreement(verified.filter { Int($0.day) <= Int(day) - Int(recentDays) }),
            recent: Self.agreement(verified.filter { Int($0.day) > Int(day) - Int(recentDays) }))
    }

    private static func agreement(_ verified: [InspectorVerdict]) -> Proportion {
        Proportion(verified.count { $0.laterFraud == $0.saysFraud }, of: verified.count)
    }

    /// One less the entropy of the headings over the largest it could be.
    private static func specialisation(_ counts: [Int]) -> Double {
        let total = Double(counts.reduce(0, +))
        guard counts.count > 1 else { return counts.isEmpty ? 0 : 1 }
        let entropy = counts.reduce(0.0) { $0 - Double($1) / total * PortableMath.log(Double($1) / total) }
        return max(0, 1 - entropy / PortableMath.log(Double(counts.count)))
    }

    /// A difference between two shares that chance alone would make in fewer than one case in twenty.
    private static func trend(before: Proportion, recent: Proportion) -> Trend {
        guard before.count >= 20, recent.count >= 20, let a = before.share, let b = recent.share else { return .tooFew }
        let pooled = Double(before.hits + recent.hits) / Double(before.count + recent.count)
        let variance = pooled * (1 - pooled) * (1 / Double(before.count) + 1 / Double(recent.count))
        guard variance > 0 else { return .stable }
        let z = (b - a) / variance.squareRoot()
        return z > 1.959_963_984_540_054 ? .rising : z < -1.959_963_984_540_054 ? .falling : .stable
    }
}

extension InspectorProfile: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("verdicts", verdicts)
            writer.member("part_fraude", fraudShare)
            writer.member("accord_verifie", agreement)
            writer.member("minutes_medianes", medianMinutes)
            writer.key("positions")
            writer.array { writer in
                for share in headings {
                    writer.object { writer in
                        writer.member("position", share.heading)
                        writer.member("nombre", share.count)
                    }
                }
            }
            writer.member("specialisation", specialisation)
            writer.member("tendance", trend)
        }
    }
}

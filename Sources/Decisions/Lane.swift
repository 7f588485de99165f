public import JSON

/// Where a declaration goes, from the softest to the strictest.
public enum Lane: String, Sendable, CaseIterable, JSONReadable, JSONWritable {
    case conforme
    case zoneGrise = "zone_grise"
    case fraude

    /// 0, 1, 2: the stricter, the higher.
    @inline(__always)
    public var severity: Int {
        switch self {
        case .conforme: 0
        case .zoneGrise: 1
        case .fraude: 2
        }
    }
}

extension Lane: Comparable {
    public static func < (a: Lane, b: Lane) -> Bool { a.severity < b.severity }
}

/// The lanes that a decision may choose among.
public struct LaneSet: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue & 7 }

    public static let conforme = LaneSet(rawValue: 1)
    public static let zoneGrise = LaneSet(rawValue: 2)
    public static let fraude = LaneSet(rawValue: 4)
    public static let all: LaneSet = [.conforme, .zoneGrise, .fraude]
    /// What a file is held to that nothing allows to release.
    public static let held: LaneSet = [.zoneGrise, .fraude]

    public init(_ lane: Lane) { self.init(rawValue: 1 << UInt8(lane.severity)) }

    @inline(__always)
    public func has(_ lane: Lane) -> Bool { rawValue & 1 << UInt8(lane.severity) != 0 }
    public var count: Int { rawValue.nonzeroBitCount }
    /// From the softest on.
    public var lanes: [Lane] { Lane.allCases.filter(has) }
    /// The strictest of them; `fraude` of none, since nothing may fall through.
    public var strictest: Lane { has(.fraude) ? .fraude : has(.zoneGrise) ? .zoneGrise : isEmpty ? .fraude : .conforme }

    /// The lane itself, or the nearest stricter one that is allowed.
    public func atLeast(_ lane: Lane) -> Lane {
        Lane.allCases.first { $0 >= lane && has($0) } ?? strictest
    }
}

extension LaneSet: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        self = try [Lane](json: &reader).reduce(into: []) { $0.insert(LaneSet($1)) }
    }

    public func write(to writer: inout JSONWriter) { writer.value(lanes) }
}

public import JSON

/// One number for each lane.
public struct LaneValues: Sendable, Equatable {
    public var conforme: Double
    public var zoneGrise: Double
    public var fraude: Double

    public init(_ conforme: Double, _ zoneGrise: Double, _ fraude: Double) {
        (self.conforme, self.zoneGrise, self.fraude) = (conforme, zoneGrise, fraude)
    }

    public static let zero = LaneValues(0, 0, 0)

    public subscript(_ lane: Lane) -> Double {
        @inline(__always) get {
            switch lane {
            case .conforme: conforme
            case .zoneGrise: zoneGrise
            case .fraude: fraude
            }
        }
        @inline(__always) set {
            switch lane {
            case .conforme: conforme = newValue
            case .zoneGrise: zoneGrise = newValue
            case .fraude: fraude = newValue
            }
        }
    }

    public var areFinite: Bool { conforme.isFinite && zoneGrise.isFinite && fraude.isFinite }
    public var sum: Double { conforme + zoneGrise + fraude }

    /// All of it on one lane.
    public static func only(_ lane: Lane, _ value: Double = 1) -> LaneValues {
        var values = zero
        values[lane] = value
        return values
    }
}

extension LaneValues: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        let place = try reader.offset()
        let values = try [Double](json: &reader)
        guard values.count == 3 else { throw reader.refusal(at: place) }
        self.init(values[0], values[1], values[2])
    }

    public func write(to writer: inout JSONWriter) {
        writer.array { writer in
            writer.double(conforme)
            writer.double(zoneGrise)
            writer.double(fraude)
        }
    }
}

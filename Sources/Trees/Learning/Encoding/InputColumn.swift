/// One column of a model's input and what becomes of it.
public struct InputColumn: Equatable, Sendable {
    public let name: String
    public let encoding: ColumnEncoding
    /// 1: a higher value never lowers the probability; -1: never raises it; 0: as it may be.
    public let monotone: Int

    public init(_ name: String, _ encoding: ColumnEncoding, monotone: Int = 0) {
        (self.name, self.encoding, self.monotone) = (name, encoding, monotone)
    }

    /// A cell's name in the forest's own file.
    func cellName(_ cell: Int) -> String {
        if encoding == .numberAndLevel, cell == 1 { return "\(name)=" }
        guard case .oneHot(let levels) = encoding else { return name }
        return cell < levels.count ? "\(name)=\(levels[cell])" : "\(name)=*"
    }
}

/// What is asked of a column before it has been seen.
public struct ColumnPlan: Sendable {
    public var name: String
    /// Nil: by the column's type and its number of levels.
    public var encoding: ColumnEncoding.Kind?
    public var monotone: Int
    public var smoothing: Double

    public init(_ name: String, encoding: ColumnEncoding.Kind? = nil, monotone: Int = 0, smoothing: Double = 10) {
        (self.name, self.encoding, self.monotone, self.smoothing) = (name, encoding, monotone, smoothing)
    }
}

/// How a row's numbers become its cells, so that every node decides as the library does on the numbers themselves.
///
/// XGBoost takes each number as the nearest `Float`. LightGBM compares in `Double`: there a number between two `Float`s
/// becomes the lower of them when a boundary lies at or above it within the gap, else the upper one. That is exact while
/// no two boundaries share a gap; a feature where they do has as cells the number of boundaries below.
public struct CellScale: Sendable {
    enum Feature: Sendable {
        /// The nearest `Float`.
        case nearest
        /// The side of these boundaries, ascending, that matter for numbers between two `Float`s.
        case sided([Double])
        /// How many of these boundaries, ascending, are less.
        case rank([Double])
        /// The number without its fraction; -1 below zero, the limit for what is too great to be a code.
        case code
        /// The position among these codes, ascending; -1 for any other.
        case position(of: [Int32])
    }
    let features: [Feature]

    public var cellCount: Int { features.count }
    /// Whether numbers that are `Float`s are their own cells: rows of them need no conversion.
    public let keepsFloats: Bool

    init(_ features: [Feature]) {
        self.features = features
        keepsFloats = features.allSatisfy {
            switch $0 {
            case .nearest, .sided: true
            case .rank, .code, .position: false
            }
        }
    }

    /// A row's cells; NaN where it is missing. `numbers` has as many as there are features.
    public func cells(of numbers: [Double]) -> [Float] {
        precondition(numbers.count == features.count, "a row of another model")
        return numbers.indices.map { cell(of: numbers[$0], feature: $0) }
    }

    public func cell(of number: Double, feature: Int) -> Float {
        if number.isNaN { return .nan }
        switch features[feature] {
        case .nearest: return Float(number)
        case .sided(let boundaries): return Self.side(number, boundaries)
        case .rank(let boundaries): return Float(Self.count(below: number, in: boundaries))
        case .code: return Self.code(number)
        case .position(let codes):
            let code = number.rounded(.towardZero)
            let position = codes.partition { Double($0) < code }
            return position < codes.count && Double(codes[position]) == code ? Float(position) : -1
        }
    }

    private static func code(_ number: Double) -> Float {
        if number <= -1 { return -1 }
        return number < Double(ModelLimits.categories) ? Float(number.rounded(.towardZero)) : 0x1p24
    }

    private static func side(_ number: Double, _ boundaries: [Double]) -> Float {
        let nearest = Float(number)
        if Double(nearest) == number { return nearest }
        let lower = Double(nearest) < number ? nearest : nearest.nextDown
        let upper = lower.nextUp
        let next = count(below: number, in: boundaries)
        return next < boundaries.count && boundaries[next] < Double(upper) ? lower : upper
    }

    static func count(below number: Double, in boundaries: [Double]) -> Int {
        boundaries.partition { $0 < number }
    }
}

extension RandomAccessCollection where Index == Int {
    /// The first position where `isBefore` no longer holds; it holds for the elements before it only.
    func partition(_ isBefore: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

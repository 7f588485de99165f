/// What a column's values look like, whatever its header says.
struct ColumnEvidence: Sendable {
    enum Shape: Int, CaseIterable, Sendable {
        case codeSH, ninea, container, office, year, regime, date, country, threeDecimals
    }

    private(set) var filled = 0
    private var counts = [Int](repeating: 0, count: Shape.allCases.count)
    /// Fewer values prove nothing.
    static let fewest = 3

    mutating func add(_ text: Span<UInt8>, _ countries: CountryTable) {
        let (start, end) = TextEdges.trimmed(text)
        guard end > start else { return }
        let value = text.extracting(start..<end)
        filled += 1
        for shape in Shape.allCases where Self.matches(value, shape, countries) { counts[shape.rawValue] += 1 }
    }

    func share(_ shape: Shape) -> Double { filled == 0 ? 0 : Double(counts[shape.rawValue]) / Double(filled) }
    func proves(_ shape: Shape) -> Bool { filled >= Self.fewest && share(shape) >= 0.95 }

    private static func matches(_ value: Span<UInt8>, _ shape: Shape, _ countries: CountryTable) -> Bool {
        switch shape {
        case .codeSH: isCodeSH(value)
        case .ninea: value.count == 9 && isDigits(value, 0..<9)
        case .container: ContainerNumber.isValid(value)
        case .office: value.count == 3 && isDigits(value, 0..<2) && 0x41...0x5a ~= value[2]
        case .year:
            value.count == 4 && isDigits(value, 0..<4) && (value[0] == 0x32 || value[0] == 0x31 && value[1] == 0x39)
        case .regime: 2...4 ~= value.count && 0x41...0x5a ~= value[0] && isDigits(value, 1..<value.count)
        case .date: value.count >= 8 && !isDigits(value, 0..<value.count) && DateText.read(value) != nil
        case .country: value.count == 2 && countries.contains(value[0], value[1])
        case .threeDecimals: hasThreeDecimals(value)
        }
    }

    /// Ten digits, spaces and points apart, of a chapter that exists.
    private static func isCodeSH(_ value: Span<UInt8>) -> Bool {
        var (digits, chapter) = (0, 0)
        for k in 0..<value.count {
            let byte = value[k]
            if byte &- 0x30 < 10 {
                if digits < 2 { chapter = chapter * 10 + Int(byte &- 0x30) }
                digits += 1
            } else if byte != 0x20 && byte != 0x2e {
                return false
            }
        }
        return digits == 10 && 1...97 ~= chapter && chapter != 77
    }

    private static func hasThreeDecimals(_ value: Span<UInt8>) -> Bool {
        guard value.count >= 5, isDigits(value, value.count - 3..<value.count) else { return false }
        let mark = value[value.count - 4]
        guard mark == 0x2e || mark == 0x2c, case .value = NumberText.read(value, isWeight: true) else { return false }
        return true
    }

    private static func isDigits(_ value: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for k in range where value[k] &- 0x30 >= 10 { return false }
        return true
    }
}

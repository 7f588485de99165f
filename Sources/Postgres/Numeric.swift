/// An exact decimal number, kept as the text that the server would print: money and weights pass through unrounded.
public struct Numeric: PostgresEncodable, PostgresDecodable, Hashable, CustomStringConvertible {
    public let text: String
    public var description: String { text }

    /// Nil unless `text` is `[-+]digits[.digits]` of at most 1000 digits, or NaN.
    public init?(_ text: String) {
        guard text == "NaN" || Digits(text.utf8) != nil else { return nil }
        self.text = text
    }
    public init(_ value: Int) { text = String(value) }
    init(trusted text: String) { self.text = text }

    public static var postgresType: PostgresType { .numeric }

    private static let negative: UInt16 = 0x4000
    private static let notANumber: UInt16 = 0xC000
    private static let infinity: UInt16 = 0xD000
    private static let minusInfinity: UInt16 = 0xF000

    /// Groups of four digits: their count, the weight of the first, the sign, the digits shown after the point.
    public func encode(into bytes: inout [UInt8]) {
        guard let digits = Digits(text.utf8) else {
            for field in [0, 0, Self.notANumber, 0] { bytes.append(bigEndian: field) }
            return
        }
        let groups = digits.groups
        bytes.append(bigEndian: UInt16(groups.values.count))
        bytes.append(bigEndian: Int16(groups.weight))
        bytes.append(bigEndian: digits.isNegative && !groups.values.isEmpty ? Self.negative : 0)
        bytes.append(bigEndian: UInt16(digits.fraction.count))
        for group in groups.values { bytes.append(bigEndian: group) }
    }

    public static func decode(_ cell: PostgresCell) -> Numeric? {
        guard cell.type == .numeric, let bytes = cell.bytes else { return nil }
        var reader = CellReader(bytes)
        guard let count = reader.int16(), let weight = reader.int16(), let sign = reader.int16(),
            let scale = reader.int16(), count >= 0, scale >= 0
        else { return nil }
        switch UInt16(bitPattern: sign) {
        case notANumber: return Numeric(trusted: "NaN")
        case infinity: return Numeric(trusted: "Infinity")
        case minusInfinity: return Numeric(trusted: "-Infinity")
        default: break
        }
        var groups: [Int16] = []
        for _ in 0..<count {
            guard let group = reader.int16() else { return nil }
            groups.append(group)
        }
        let text = print(groups, weight: Int(weight), scale: Int(scale))
        return Numeric(trusted: UInt16(bitPattern: sign) == negative ? "-" + text : text)
    }

    private static func print(_ groups: [Int16], weight: Int, scale: Int) -> String {
        func digits(of place: Int) -> String {
            let index = weight - place
            let padded = "0000" + String(groups.indices.contains(index) ? groups[index] : 0)
            return String(padded.suffix(4))
        }
        var whole = ""
        for place in stride(from: max(weight, 0), through: 0, by: -1) { whole += digits(of: place) }
        let significant = whole.drop { $0 == "0" }
        var text = significant.isEmpty ? "0" : String(significant)
        guard scale > 0 else { return text }
        var fraction = ""
        for place in 1...((scale + 3) / 4) { fraction += digits(of: -place) }
        text += "." + fraction.prefix(scale)
        return text
    }
}

extension Numeric {
    /// The parts of a decimal notation.
    fileprivate struct Digits {
        var isNegative = false
        var whole: [UInt8] = []
        var fraction: [UInt8] = []

        init?(_ text: String.UTF8View) {
            var rest = text[...]
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
                isNegative = rest.removeFirst() == UInt8(ascii: "-")
            }
            let parts = rest.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = parts.first, !first.isEmpty, parts.count == 1 || !parts[1].isEmpty, rest.count <= 1000,
                parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } })
            else { return nil }
            whole = first.map { $0 - 0x30 }
            if parts.count == 2 { fraction = parts[1].map { $0 - 0x30 } }
        }

        /// Base 10000, without zero groups at either end.
        var groups: (values: [UInt16], weight: Int) {
            let lead = [UInt8](repeating: 0, count: (4 - whole.count % 4) % 4) + whole
            let tail = fraction + [UInt8](repeating: 0, count: (4 - fraction.count % 4) % 4)
            let all = lead + tail
            var values = stride(from: 0, to: all.count, by: 4).map { k in
                all[k..<k + 4].reduce(UInt16(0)) { $0 * 10 + UInt16($1) }
            }
            var weight = lead.count / 4 - 1
            while values.last == 0 { values.removeLast() }
            while values.first == 0 {
                values.removeFirst()
                weight -= 1
            }
            return (values, values.isEmpty ? 0 : weight)
        }
    }
}

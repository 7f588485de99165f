/// A number as text, without exponent, without loss: significant digits and where the point stands among them.
struct DecimalText {
    private var isNegative = false
    /// From the first that is not zero to the last that is not zero; empty for zero.
    private var digits: [UInt8] = []
    /// How many digits stand before the point; negative when zeros stand behind it.
    private var point = 0
    /// Neither a point nor an exponent: written as an integer.
    private var isPlainInteger = true

    /// A double has no more digits that mean something.
    private static let exactDigits = 15
    private static let largestExponent = 400

    /// Nil when it is no number as programs write them: `-12`, `0.5`, `1.2345E7`.
    init?(_ text: Span<UInt8>) {
        guard parse(text) else { return nil }
        guard digits.count > Self.exactDigits, !isPlainInteger else { return }
        // More digits are those of the binary fraction: the shortest text that means the same double is what was meant.
        let whole = text.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        guard let value = Double(whole), value.isFinite else { return }
        let shortest = value.description
        (isNegative, digits, point) = (false, [], 0)
        guard parse(shortest.utf8.span) else { return nil }
    }

    private mutating func parse(_ text: Span<UInt8>) -> Bool {
        var k = 0
        if k < text.count, text[k] == UInt8(ascii: "-") || text[k] == UInt8(ascii: "+") {
            isNegative = text[k] == UInt8(ascii: "-")
            k += 1
        }
        var (seen, hasPoint) = (0, false)
        while k < text.count {
            let byte = text[k]
            if byte == UInt8(ascii: "."), !hasPoint {
                (hasPoint, isPlainInteger) = (true, false)
            } else if byte &- 0x30 < 10 {
                seen += 1
                // Zeros in front count only for the place of the point.
                if byte == 0x30, digits.isEmpty {
                    if hasPoint { point -= 1 }
                } else {
                    digits.append(byte)
                    if !hasPoint { point += 1 }
                }
            } else {
                break
            }
            k += 1
        }
        guard seen > 0, seen <= Self.largestExponent else { return false }
        if k < text.count { guard parseExponent(text, k) else { return false } }
        while digits.last == 0x30 { digits.removeLast() }
        if digits.isEmpty { (isNegative, point) = (false, 0) }
        return true
    }

    private mutating func parseExponent(_ text: Span<UInt8>, _ start: Int) -> Bool {
        guard text[start] | 0x20 == UInt8(ascii: "e") else { return false }
        isPlainInteger = false
        var k = start + 1
        let isDown = k < text.count && text[k] == UInt8(ascii: "-")
        if k < text.count, isDown || text[k] == UInt8(ascii: "+") { k += 1 }
        guard k < text.count, text.count - k <= 4 else { return false }
        var exponent = 0
        while k < text.count {
            guard text[k] &- 0x30 < 10 else { return false }
            exponent = exponent * 10 + Int(text[k] &- 0x30)
            k += 1
        }
        guard exponent <= Self.largestExponent else { return false }
        point += isDown ? -exponent : exponent
        return true
    }

    /// Appends the number times ten to the power of `shift`, an integer with at least `width` digits.
    func write(to bytes: inout [UInt8], shift: Int = 0, width: Int = 0) {
        if isNegative { bytes.append(UInt8(ascii: "-")) }
        let point = digits.isEmpty ? 0 : self.point + shift
        let whole = max(point, 1)
        if point >= digits.count { for _ in whole..<max(whole, width) { bytes.append(0x30) } }
        for k in 0..<whole {
            let index = point > 0 ? k : -1
            bytes.append(digits.indices.contains(index) ? digits[index] : 0x30)
        }
        guard point < digits.count else { return }
        bytes.append(UInt8(ascii: "."))
        for _ in point..<max(point, 0) { bytes.append(0x30) }
        bytes.append(contentsOf: digits[max(point, 0)...])
    }
}

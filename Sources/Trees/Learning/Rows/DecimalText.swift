import Glibc

/// Numbers as programs write them: a sign, digits, a point, an exponent; no spaces, no hexadecimal, no words.
enum DecimalText {
    private static let longest = 64

    /// Nil when it is something else, or beyond all bounds.
    static func value(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        guard 1...longest ~= text.count, text.allSatisfy(isPart) else { return nil }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: longest + 1) { copy in
            for k in text.indices { copy[k] = CChar(bitPattern: text[k]) }
            copy[text.count] = 0
            guard let start = copy.baseAddress else { return nil }
            var end: UnsafeMutablePointer<CChar>?
            let value = strtod(start, &end)
            return end == start + text.count && value.isFinite ? value : nil
        }
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }
}

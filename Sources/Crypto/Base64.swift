/// Base64 (RFC 4648) in its one canonical form: no spaces, no surplus bits, padding as the variant says.
public struct Base64: Sendable {
    /// `+` and `/`, padded.
    public static let standard = Base64(digits: "+/", isPadded: true)
    /// `+` and `/`, not padded: PHC strings.
    public static let unpadded = Base64(digits: "+/", isPadded: false)
    /// `-` and `_`, not padded: tokens and addresses.
    public static let url = Base64(digits: "-_", isPadded: false)

    private let digits: [UInt8]
    /// By byte, the digit's value, or 255.
    private let values: [UInt8]
    private let isPadded: Bool

    private init(digits last: String, isPadded: Bool) {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        let digits = Array((letters + last).utf8)
        var values = [UInt8](repeating: 255, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        (self.digits, self.values, self.isPadded) = (digits, values, isPadded)
    }

    public func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        var (bits, count): (UInt32, Int) = (0, 0)
        for byte in bytes {
            (bits, count) = (bits << 8 | UInt32(byte), count + 8)
            while count >= 6 {
                count -= 6
                text.append(digits[Int(bits >> UInt32(count) & 63)])
            }
        }
        if count > 0 { text.append(digits[Int(bits << UInt32(6 - count) & 63)]) }
        while isPadded, text.count % 4 != 0 { text.append(UInt8(ascii: "=")) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil unless `encode` gives the same text back.
    public func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        var digitCount = text.count
        if isPadded {
            guard digitCount % 4 == 0 else { return nil }
            digitCount -= text.suffix(2).count { $0 == UInt8(ascii: "=") }
        }
        guard digitCount % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digitCount * 3 / 4)
        var (bits, count): (UInt32, Int) = (0, 0)
        for digit in text.prefix(digitCount) {
            let value = values[Int(digit)]
            guard value < 64 else { return nil }
            (bits, count) = (bits << 6 | UInt32(value), count + 6)
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        guard bits & (1 << UInt32(count) - 1) == 0, !isPadded || (4 - digitCount % 4) % 4 == text.count - digitCount
        else { return nil }
        return bytes
    }

    public func decode(_ text: some StringProtocol) -> [UInt8]? { decode(Array(text.utf8)) }
}

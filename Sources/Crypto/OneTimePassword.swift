import Platform

/// Time-based one-time passwords (RFC 6238): six digits of HMAC-SHA1, a new one every thirty seconds, as every
/// authenticator application makes them.
public struct OneTimePassword: Sendable {
    public static let secretCount = 20
    /// Seconds for which a password is the current one.
    public static let period: Int64 = 30
    private static let digits = 6

    public let secret: [UInt8]

    public init() { secret = SecureRandom.bytes(Self.secretCount) }
    public init(secret: [UInt8]) { self.secret = secret }

    /// The number of the period in which a moment lies.
    public static func step(at seconds: Int64) -> Int64 { seconds / period }

    public func password(step: Int64) -> String {
        let text = String(truncated(step) % 1_000_000)
        return String(repeating: "0", count: Self.digits - text.count) + text
    }

    /// The step whose password this is, among the current one and as many before it as are tolerated; nil when it is
    /// none, or when a step not later than `lastUsed` would be used again.
    public func step(of password: String, at seconds: Int64, tolerating before: Int64 = 1, lastUsed: Int64?) -> Int64? {
        let current = Self.step(at: seconds)
        var found: Int64?
        // Every step is computed and compared, whichever fits.
        for step in max(0, current - before)...current {
            let isEqual = equalInConstantTime(Array(self.password(step: step).utf8), Array(password.utf8))
            if isEqual, step > lastUsed ?? -1 { found = step }
        }
        return found
    }

    /// What a QR code shows to an authenticator application.
    public func address(issuer: String, account: String) -> String {
        let (issuer, account) = (Self.escaped(issuer), Self.escaped(account))
        return "otpauth://totp/\(issuer):\(account)?secret=\(Base32.encode(secret))&issuer=\(issuer)"
    }

    func truncated(_ step: Int64) -> UInt32 {
        let hash = HMAC.sha1(withUnsafeBytes(of: step.bigEndian) { Array($0) }, key: secret)
        let offset = Int(hash[19] & 15)
        return hash[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
    }

    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { escaped, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                escaped.append(Character(Unicode.Scalar(byte)))
            default: escaped += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}

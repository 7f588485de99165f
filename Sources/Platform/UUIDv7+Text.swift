extension UUIDv7: CustomStringConvertible, LosslessStringConvertible {
    /// Appends the 36 bytes of `0190a6f4-7b1c-7def-8a3b-0123456789ab`.
    public func write(to bytes: inout [UInt8]) {
        let dash = UInt8(ascii: "-")
        Hexadecimal.write(high >> 32, digits: 8, to: &bytes)
        bytes.append(dash)
        Hexadecimal.write(high >> 16, digits: 4, to: &bytes)
        bytes.append(dash)
        Hexadecimal.write(high, digits: 4, to: &bytes)
        bytes.append(dash)
        Hexadecimal.write(low >> 48, digits: 4, to: &bytes)
        bytes.append(dash)
        Hexadecimal.write(low, digits: 12, to: &bytes)
    }

    public var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(36)
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads the text form, in small or capital letters; nil for any other text, variant or version.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count == 36, [8, 13, 18, 23].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }),
            let a = Hexadecimal.read(bytes, at: 0, digits: 8, capitals: true),
            let b = Hexadecimal.read(bytes, at: 9, digits: 4, capitals: true),
            let c = Hexadecimal.read(bytes, at: 14, digits: 4, capitals: true),
            let d = Hexadecimal.read(bytes, at: 19, digits: 4, capitals: true),
            let e = Hexadecimal.read(bytes, at: 24, digits: 12, capitals: true)
        else { return nil }
        self.init(checkingHigh: a << 32 | b << 16 | c, low: d << 48 | e)
    }

    public init?(_ text: String) { self.init(text.utf8.span) }

    /// The 16 bytes in network order, as PostgreSQL's binary form has them.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        writeBytes(to: &bytes)
        return bytes
    }

    /// Appends them.
    public func writeBytes(to bytes: inout [UInt8]) {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { bytes.append(contentsOf: $0) }
    }

    public init?(bytes: Span<UInt8>) {
        guard bytes.count == 16 else { return nil }
        self.init(
            checkingHigh: (0..<8).reduce(0) { $0 << 8 | UInt64(bytes[$1]) },
            low: (8..<16).reduce(0) { $0 << 8 | UInt64(bytes[$1]) })
    }

    private init?(checkingHigh high: UInt64, low: UInt64) {
        guard high >> 12 & 15 == 7, low >> 62 == 2 else { return nil }
        self.init(high: high, low: low)
    }
}

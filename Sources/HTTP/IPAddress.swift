import Platform

/// An address of the Internet in sixteen bytes; an IPv4 one is held as ::ffff:a.b.c.d, so that both notations of it
/// are the same value.
public struct IPAddress: Hashable, Sendable {
    /// The first and the last eight bytes, in network order's numeric value.
    public let high: UInt64
    public let low: UInt64

    public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }
    public init(v4: UInt32) { self.init(high: 0, low: 0xffff << 32 | UInt64(v4)) }

    /// Sixteen bytes in network order, as `sockaddr_in6` holds them.
    public init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 else { return nil }
        self.init(
            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    /// Dotted decimal or RFC 4291 text; no brackets, port, zone or leading zeros in decimals.
    public init?(_ text: some StringProtocol) {
        var text = String(text)
        guard let address = text.withUTF8({ Self.parse($0) }) else { return nil }
        self = address
    }

    public var isV4: Bool { high == 0 && low >> 32 == 0xffff }
    /// The IPv4 address as a number; nil for IPv6.
    public var v4: UInt32? { isV4 ? UInt32(truncatingIfNeeded: low) : nil }

    /// 127.0.0.0/8 or ::1.
    public var isLoopback: Bool {
        if let v4 { return v4 >> 24 == 127 }
        return high == 0 && low == 1
    }

    static func parse(_ text: UnsafeBufferPointer<UInt8>) -> IPAddress? {
        parseV4(text).map(IPAddress.init(v4:)) ?? parseV6(text)
    }

    /// Four decimals from 0 to 255 without leading zeros, which some readers take for octal.
    static func parseV4(_ text: UnsafeBufferPointer<UInt8>) -> UInt32? {
        guard text.count >= 7, text.count <= 15 else { return nil }
        var (address, part, digits, dots): (UInt32, UInt32, Int, Int) = (0, 0, 0, 0)
        for byte in text {
            if isDigit(byte) {
                guard digits == 0 || part > 0 else { return nil }
                part = part * 10 + UInt32(byte - 0x30)
                digits += 1
                guard part <= 255 else { return nil }
            } else {
                guard byte == UInt8(ascii: "."), digits > 0, dots < 3 else { return nil }
                address = address << 8 | part
                (part, digits, dots) = (0, 0, dots + 1)
            }
        }
        return dots == 3 && digits > 0 ? address << 8 | part : nil
    }

    /// RFC 4291 §2.2: groups of hexadecimal digits, at most one "::", perhaps an IPv4 tail.
    static func parseV6(_ text: UnsafeBufferPointer<UInt8>) -> IPAddress? {
        guard text.count >= 2, text.count <= 45 else { return nil }
        var groups = V6Groups()
        var at = 0
        if text[0] == UInt8(ascii: ":") {
            guard text[1] == UInt8(ascii: ":") else { return nil }
            groups.gap = 0
            at = 2
        }
        while at < text.count {
            let start = at
            var value: UInt64 = 0
            while at < text.count, at - start < 4, let digit = Hexadecimal.value(text[at]) {
                value = value << 4 | UInt64(digit)
                at += 1
            }
            if at < text.count, text[at] == UInt8(ascii: ".") {
                guard let tail = parseV4(UnsafeBufferPointer(rebasing: text[start...])) else { return nil }
                guard groups.append(UInt64(tail >> 16)), groups.append(UInt64(tail & 0xffff)) else { return nil }
                return groups.address
            }
            guard at > start, groups.append(value) else { return nil }
            if at == text.count { break }
            guard text[at] == UInt8(ascii: ":") else { return nil }
            at += 1
            // A single ":" needs a group after it; a second one is the gap.
            guard at < text.count else { return nil }
            if text[at] == UInt8(ascii: ":") {
                guard groups.gap == nil else { return nil }
                groups.gap = groups.count
                at += 1
            }
        }
        return groups.address
    }
}

/// The groups read so far, as one 128-bit number, and where "::" stood among them.
private struct V6Groups {
    private var high: UInt64 = 0
    private var low: UInt64 = 0
    private(set) var count = 0
    var gap: Int?

    mutating func append(_ group: UInt64) -> Bool {
        guard count < 8 else { return false }
        high = high << 16 | low >> 48
        low = low << 16 | group
        count += 1
        return true
    }

    var address: IPAddress? {
        guard let gap else { return count == 8 ? IPAddress(high: high, low: low) : nil }
        // "::" stands for one group of zeros at least.
        guard count < 8 else { return nil }
        let whole = UInt128(high) << 64 | UInt128(low)
        let tailBits = UInt128((count - gap) * 16)
        let tail = whole & ((1 << tailBits) - 1)
        let front = gap == 0 ? 0 : (whole >> tailBits) << UInt128((8 - gap) * 16)
        let value = front | tail
        return IPAddress(high: UInt64(truncatingIfNeeded: value >> 64), low: UInt64(truncatingIfNeeded: value))
    }
}

extension IPAddress: CustomStringConvertible {
    /// RFC 5952: lower case, the longest run of zeros shortened; dotted decimal for IPv4.
    public var description: String {
        if let v4 { return (0..<4).map { String(v4 >> UInt32(24 - 8 * $0) & 0xff) }.joined(separator: ".") }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> UInt64(48 - 16 * ($0 % 4))) }
        var best = 0..<0
        var at = 0
        while at < 8 {
            var stop = at
            while stop < 8, groups[stop] == 0 { stop += 1 }
            if stop - at > max(best.count, 1) { best = at..<stop }
            at = max(stop, at + 1)
        }
        func text(_ part: ArraySlice<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        if best.isEmpty { return text(groups[...]) }
        return text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
    }
}

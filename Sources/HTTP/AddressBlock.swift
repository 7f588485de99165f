/// Addresses that share their first bits (CIDR): `10.0.0.0/8`, `2001:db8::/32`, or one address.
public struct AddressBlock: Hashable, Sendable {
    public let address: IPAddress
    /// Of the sixteen bytes: an IPv4 block has 96 more than it says.
    public let prefixBits: Int

    /// Nil when it is malformed, or when bits are set past the prefix: such a block is a mistake.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = IPAddress(parts[0]) else { return nil }
        // A mapped address in IPv6 notation counts its bits as IPv6 does.
        let offset = parts[0].contains(":") ? 0 : 96
        var bits = 128
        if parts.count == 2 {
            let digits = parts[1].utf8
            guard (1...3).contains(digits.count), digits.allSatisfy(isDigit), let number = Int(parts[1]),
                number <= 128 - offset
            else { return nil }
            bits = offset + number
        }
        self.address = address
        prefixBits = bits
        guard Self.masked(address, bits) == address else { return nil }
    }

    public func contains(_ other: IPAddress) -> Bool { Self.masked(other, prefixBits) == address }

    private static func masked(_ address: IPAddress, _ bits: Int) -> IPAddress {
        // A shift by 64 or more gives 0.
        IPAddress(
            high: address.high & ~(UInt64.max >> UInt64(min(bits, 64))),
            low: address.low & ~(UInt64.max >> UInt64(max(0, bits - 64))))
    }
}

/// A time-ordered identifier (RFC 9562 §5.7): 48 bits of milliseconds, 12 bits of their fraction, 62 random bits.
public struct UUIDv7: Hashable, Comparable, Sendable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// A new identifier, larger than all that this thread made before.
    public static func make() -> UUIDv7 { threads.current.generator.next() }

    private final class Holder { var generator = Generator() }
    private static let threads = ThreadLocal { Holder() }

    /// The moment that the identifier carries.
    public var timestamp: Timestamp {
        let fraction = (Int64(high & 0xfff) * 1000 + 4095) / 4096
        return Timestamp(microseconds: Int64(high >> 16) * 1000 + fraction)
    }

    public static func < (a: UUIDv7, b: UUIDv7) -> Bool { (a.high, a.low) < (b.high, b.low) }

    /// Identifiers that always grow, also when the clock goes back. A copy would repeat them: one owner, one thread.
    public struct Generator {
        private var entropy = SecureRandom()
        /// Milliseconds and their 4096ths, as last used.
        private var last: UInt64 = 0

        public init() {}

        public mutating func next(now: Timestamp = .now()) -> UUIDv7 {
            let microseconds = UInt64(max(0, now.microseconds))
            last = max(microseconds / 1000 * 4096 + microseconds % 1000 * 4096 / 1000, last + 1)
            return UUIDv7(
                high: (last / 4096) << 16 | 0x7000 | last % 4096, low: 0x8000_0000_0000_0000 | entropy.next() >> 2)
        }
    }
}

@available(*, unavailable) extension UUIDv7.Generator: Sendable {}

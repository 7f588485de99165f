/// A fast generator, xoshiro256++, for draws that nobody gains by guessing. A copy repeats the sequence of its
/// original, so a value stays with one owner and one thread.
public struct Random: RandomNumberGenerator {
    @usableFromInline var state: (UInt64, UInt64, UInt64, UInt64)

    /// A sequence of its own, seeded by the kernel.
    public init() {
        var entropy = SecureRandom()
        state = (entropy.next(), entropy.next(), entropy.next(), entropy.next() | 1)
    }

    /// The same seed gives the same sequence, on every machine and for ever.
    public init(seed: UInt64) {
        var seeder = SplitMix(state: seed)
        state = (seeder.next(), seeder.next(), seeder.next(), seeder.next())
    }

    @inlinable @inline(__always)
    public mutating func next() -> UInt64 {
        let sum = state.0 &+ state.3
        let result = (sum << 23 | sum >> 41) &+ state.0
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = state.3 << 45 | state.3 >> 19
        return result
    }

    /// Uniform in [0, 1), all 53 bits of it.
    @inlinable @inline(__always)
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Spreads a seed over the state, so that near seeds give unrelated sequences.
    private struct SplitMix {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
            return z ^ z >> 31
        }
    }
}

@available(*, unavailable) extension Random: Sendable {}

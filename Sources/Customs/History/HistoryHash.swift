/// The stable 64-bit names of keys: the same on every machine, in every version, in a replay years later.
///
/// A level's hash begins with the text that names the level, so that `3004` as a heading and `3004` as an office never
/// meet, then takes the folded bytes of each key. Zero is kept for a key that is missing.
struct HistoryHash {
    private var state: UInt64

    /// Of a level named by `text`.
    init(level text: String) {
        state = 0x243f_6a88_85a3_08d3
        var text = text
        text.withUTF8 { combine($0) }
    }

    /// The hash of the level's name, to start from without reading the name again.
    var seed: UInt64 { state }
    init(seed: UInt64) { state = seed }

    @inline(__always)
    mutating func combine(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let base = bytes.baseAddress else { return mix(0) }
        let raw = UnsafeRawPointer(base)
        var at = 0
        while at &+ 8 <= bytes.count {
            mix(UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
            at &+= 8
        }
        var tail: UInt64 = 0
        while at < bytes.count {
            tail = tail &<< 8 | UInt64(base[at])
            at &+= 1
        }
        mix(tail)
        // The length keeps "ab" + "c" from being "a" + "bc".
        mix(UInt64(truncatingIfNeeded: bytes.count))
    }

    @inline(__always)
    mutating func combine(_ number: Double) {
        // Both zeros are one key.
        mix(number == 0 ? 0 : number.bitPattern)
    }

    @inline(__always)
    private mutating func mix(_ word: UInt64) {
        var mixed = (state ^ word) &* 0xbf58_476d_1ce4_e5b9
        mixed ^= mixed &>> 31
        state = mixed &* 0x94d0_49bb_1331_11eb
        state ^= state &>> 29
    }

    /// Never zero.
    @inline(__always)
    func finish() -> UInt64 {
        var hash = state
        hash ^= hash &>> 32
        hash = hash &* 0x9e37_79b9_7f4a_7c15
        hash ^= hash &>> 29
        return hash == 0 ? 1 : hash
    }
}

import Glibc

/// The groups of three characters of a text, as a set of 2,048 bits; words are framed by blanks, so that their beginnings
/// and ends count.
///
/// Two texts are as similar as the cosine of their sets: 1 for the same groups, 0 for none in common. Groups that fall on
/// the same bit make it slightly larger, the same on every machine.
struct TrigramSet: BitwiseCopyable {
    static let words = 32

    /// Writes the set of `text` into `bits`, which are zero, and counts it.
    @inline(__always)
    static func fill(_ bits: UnsafeMutablePointer<UInt64>, from text: TextSpan) -> Int {
        var window: UInt32 = 0x20
        for at in 0...text.count {
            let byte = at < text.count ? text.bytes[at] : 0x20
            let letter = TextSpan.isWordPart(byte) ? UInt32(byte) : 0x20
            if letter == 0x20, window & 0xff == 0x20 { continue }
            window = (window &<< 8 | letter) & 0xff_ffff
            if window > 0xffff {
                let bit = Int((window &* 0x9e37_79b1) &>> 21)
                bits[bit &>> 6] |= 1 &<< UInt64(bit & 63)
            }
        }
        var count = 0
        for k in 0..<words { count &+= bits[k].nonzeroBitCount }
        return count
    }

    @inline(__always)
    static func similarity(
        _ a: UnsafePointer<UInt64>, _ aCount: Int, _ b: UnsafePointer<UInt64>, _ bCount: Int
    ) -> Double {
        guard aCount > 0, bCount > 0 else { return 0 }
        var common = 0
        for k in 0..<words { common &+= (a[k] & b[k]).nonzeroBitCount }
        return Double(common) / (Double(aCount) * Double(bCount)).squareRoot()
    }
}

/// The trigrams of several texts.
struct TrigramList: BitwiseCopyable {
    private let bits: UnsafeBufferPointer<UInt64>
    private let counts: UnsafeBufferPointer<Int>

    init(_ texts: [TextSpan], in memory: FormulaMemory) {
        var (bits, counts): ([UInt64], [Int]) = ([], [])
        for text in texts where !text.isMissing {
            var set = [UInt64](repeating: 0, count: TrigramSet.words)
            counts.append(set.withUnsafeMutableBufferPointer { TrigramSet.fill($0.baseAddress!, from: text) })
            bits += set
        }
        self.bits = memory.keep(bits)
        self.counts = memory.keep(counts)
    }

    /// The similarity with the nearest of the texts; missing when there are none.
    func nearest(to set: UnsafePointer<UInt64>, _ count: Int) -> Double {
        guard let base = bits.baseAddress else { return .nan }
        var best = 0.0
        for k in 0..<counts.count {
            best = max(best, TrigramSet.similarity(set, count, base + k &* TrigramSet.words, counts[k]))
        }
        return best
    }
}

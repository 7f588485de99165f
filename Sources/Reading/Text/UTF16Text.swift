enum UTF16Text {
    /// Writes whole characters as UTF-8. What is cut off at the end is left to be read with what follows it; when
    /// nothing follows, and for half a surrogate pair, U+FFFD is written.
    static func transcode(
        _ input: UnsafePointer<UInt8>, _ count: Int, isBigEndian: Bool, isLast: Bool,
        to output: UnsafeMutablePointer<UInt8>
    ) -> (read: Int, written: Int) {
        var (k, written) = (0, 0)
        func unit(_ at: Int) -> UInt32 {
            let (first, second) = (UInt32(input[at]), UInt32(input[at + 1]))
            return isBigEndian ? first << 8 | second : second << 8 | first
        }
        while count - k >= 2 {
            var scalar = unit(k)
            var size = 2
            if scalar & 0xfc00 == 0xd800 {
                guard isLast || count - k >= 4 else { break }
                let low = count - k >= 4 ? unit(k + 2) : 0
                if low & 0xfc00 == 0xdc00 {
                    scalar = 0x10000 + (scalar & 0x3ff) << 10 + low & 0x3ff
                    size = 4
                } else {
                    scalar = 0xfffd
                }
            } else if scalar & 0xfc00 == 0xdc00 {
                scalar = 0xfffd
            }
            k += size
            written += UTF8Scalar.write(scalar, output + written)
        }
        if isLast, k < count {
            k = count
            written += UTF8Scalar.write(0xfffd, output + written)
        }
        return (k, written)
    }
}

import Glibc

enum UTF8Repair {
    /// Writes the text with U+FFFD for every byte that is no part of a well-formed sequence. What is cut off at the end
    /// is left to be read with what follows it.
    static func transcode(
        _ input: UnsafePointer<UInt8>, _ count: Int, isLast: Bool, to output: UnsafeMutablePointer<UInt8>
    ) -> (read: Int, written: Int) {
        var (k, written) = (0, 0)
        while k < count {
            let valid = UTF8Check.validPrefix(input + k, count - k)
            memcpy(output + written, input + k, valid)
            k += valid
            written += valid
            guard k < count, isLast || count - k >= 4 else { break }
            k += 1
            written += UTF8Scalar.write(0xfffd, output + written)
        }
        return (k, written)
    }
}

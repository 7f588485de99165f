/// The code page in which Windows writes Western European text.
enum Windows1252 {
    /// Writes `count` bytes as UTF-8 and says how many bytes that made, at most three for each. Five codes mean nothing
    /// and become U+FFFD.
    static func transcode(
        _ input: UnsafePointer<UInt8>, _ count: Int, to output: UnsafeMutablePointer<UInt8>
    ) -> Int {
        let (source, target) = (UnsafeRawPointer(input), UnsafeMutableRawPointer(output))
        var (k, written) = (0, 0)
        while k < count {
            while k &+ 8 <= count {
                let word = source.loadUnaligned(fromByteOffset: k, as: UInt64.self)
                if word & 0x8080_8080_8080_8080 != 0 { break }
                target.storeBytes(of: word, toByteOffset: written, as: UInt64.self)
                k &+= 8
                written &+= 8
            }
            guard k < count else { break }
            let byte = input[k]
            k &+= 1
            if byte < 0x80 {
                output[written] = byte
                written &+= 1
            } else {
                written &+= UTF8Scalar.write(byte < 0xa0 ? special[Int(byte &- 0x80)] : UInt32(byte), output + written)
            }
        }
        return written
    }

    private static let special: InlineArray<32, UInt32> = [
        0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0xfffd,
        0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
        0x0153, 0xfffd, 0x017e, 0x0178,
    ]
}

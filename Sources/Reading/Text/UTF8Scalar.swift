enum UTF8Scalar {
    /// Writes a Unicode scalar in one to four bytes and says how many.
    @inline(__always)
    static func write(_ scalar: UInt32, _ output: UnsafeMutablePointer<UInt8>) -> Int {
        func low(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: scalar >> shift & 0x3f) }
        if scalar < 0x80 {
            output[0] = UInt8(truncatingIfNeeded: scalar)
            return 1
        }
        if scalar < 0x800 {
            output[0] = 0xc0 | UInt8(truncatingIfNeeded: scalar >> 6)
            output[1] = low(0)
            return 2
        }
        if scalar < 0x10000 {
            output[0] = 0xe0 | UInt8(truncatingIfNeeded: scalar >> 12)
            output[1] = low(6)
            output[2] = low(0)
            return 3
        }
        output[0] = 0xf0 | UInt8(truncatingIfNeeded: scalar >> 18)
        output[1] = low(12)
        output[2] = low(6)
        output[3] = low(0)
        return 4
    }
}

/// Whether bytes are well-formed UTF-8 (Unicode, table 3-7).
enum UTF8Check {
    /// Reads the whole document once, in bounded memory.
    static func accepts(_ document: DocumentBytes) throws(ReadingError) -> Bool {
        var window = ByteWindow(DocumentStream(document, 0..<document.count), sentinel: 0)
        while try window.more() {
            let valid = validPrefix(window.base, window.end)
            // A sequence may be cut by the end of what has come so far, and only by that.
            guard window.end - valid < 4 else { return false }
            window.start = valid
        }
        return window.count == 0
    }

    static func accepts(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        return validPrefix(base, bytes.count) == bytes.count
    }

    /// How many bytes from the start are whole, well-formed sequences.
    static func validPrefix(_ base: UnsafePointer<UInt8>, _ count: Int) -> Int {
        let raw = UnsafeRawPointer(base)
        var k = 0
        while k < count {
            while k &+ 32 <= count {
                let first = raw.loadUnaligned(fromByteOffset: k, as: SIMD4<UInt64>.self)
                let any = (first[0] | first[1]) | (first[2] | first[3])
                if any & 0x8080_8080_8080_8080 != 0 { break }
                k &+= 32
            }
            while k < count, base[k] < 0x80 { k &+= 1 }
            // Accents come in flocks.
            while k < count, base[k] >= 0x80 {
                let length = sequenceLength(base + k, count &- k)
                if length == 0 { return k }
                k &+= length
            }
        }
        return k
    }

    /// The length of the well-formed sequence of two to four bytes at `base`; 0 when there is none.
    private static func sequenceLength(_ base: UnsafePointer<UInt8>, _ available: Int) -> Int {
        let lead = base[0]
        guard lead >= 0xc2, lead <= 0xf4 else { return 0 }
        let length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
        guard length <= available else { return 0 }
        let lowest: UInt8 = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80
        let highest: UInt8 = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf
        guard base[1] >= lowest, base[1] <= highest else { return 0 }
        for k in 2..<max(2, length) where base[k] & 0xc0 != 0x80 { return 0 }
        return length
    }
}

/// CityHash64 as CatBoost has it: version 1.0, whose results version 1.1 changed.
enum CityHash {
    private static let k0: UInt64 = 0xc3a5_c85c_97cb_3127
    private static let k1: UInt64 = 0xb492_b66f_be98_f273
    private static let k2: UInt64 = 0x9ae1_6a3b_2f90_404f
    private static let k3: UInt64 = 0xc949_d7c7_509e_6557
    private typealias Pair = (first: UInt64, second: UInt64)

    static func hash64(_ text: String) -> UInt64 {
        var text = text
        return text.withUTF8 { hash64(UnsafeRawBufferPointer($0)) }
    }

    static func hash64(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        switch bytes.count {
        case 0...16: upTo16(bytes)
        case 17...32: upTo32(bytes)
        case 33...64: upTo64(bytes)
        default: longer(bytes)
        }
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    private static func half(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
    private static func rotate(_ value: UInt64, _ count: Int) -> UInt64 {
        count == 0 ? value : value &>> count | value &<< (64 - count)
    }
    private static func fold(_ value: UInt64) -> UInt64 { value ^ value &>> 47 }

    private static func join(_ low: UInt64, _ high: UInt64) -> UInt64 {
        let factor: UInt64 = 0x9ddf_ea08_eb38_2d69
        let first = fold((low ^ high) &* factor)
        return fold((high ^ first) &* factor) &* factor
    }

    private static func upTo16(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let (count, length) = (bytes.count, UInt64(bytes.count))
        if count > 8 {
            let (head, tail) = (word(bytes, 0), word(bytes, count - 8))
            return join(head, rotate(tail &+ length, count)) ^ tail
        }
        if count >= 4 { return join(length &+ half(bytes, 0) &<< 3, half(bytes, count - 4)) }
        if count == 0 { return k2 }
        let low = UInt64(bytes[0]) &+ UInt64(bytes[count >> 1]) &<< 8
        let high = length &+ UInt64(bytes[count - 1]) &<< 2
        return fold(low &* k2 ^ high &* k3) &* k2
    }

    private static func upTo32(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let (count, length) = (bytes.count, UInt64(bytes.count))
        let (a, b) = (word(bytes, 0) &* k1, word(bytes, 8))
        let (c, d) = (word(bytes, count - 8) &* k2, word(bytes, count - 16) &* k0)
        return join(
            rotate(a &- b, 43) &+ rotate(c, 30) &+ d, a &+ rotate(b ^ k3, 20) &- c &+ length)
    }

    private static func upTo64(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let (count, length) = (bytes.count, UInt64(bytes.count))
        func part(_ z: UInt64, _ start: UInt64, _ second: Int, _ third: Int) -> Pair {
            var a = start
            let b = rotate(a &+ z, 52)
            var c = rotate(a, 37)
            a &+= word(bytes, second)
            c &+= rotate(a, 7)
            a &+= word(bytes, third)
            return (a &+ z, b &+ rotate(a, 31) &+ c)
        }
        let v = part(word(bytes, 24), word(bytes, 0) &+ (length &+ word(bytes, count - 16)) &* k0, 8, 16)
        let w = part(word(bytes, count - 8), word(bytes, 16) &+ word(bytes, count - 32), count - 24, count - 16)
        let mixed = fold((v.first &+ w.second) &* k2 &+ (w.first &+ v.second) &* k0)
        return fold(mixed &* k0 &+ v.second) &* k2
    }

    private static func longer(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let (count, length) = (bytes.count, UInt64(bytes.count))
        func weak(_ offset: Int, _ first: UInt64, _ second: UInt64) -> Pair {
            var a = first &+ word(bytes, offset)
            let last = word(bytes, offset + 24)
            var b = rotate(second &+ a &+ last, 21)
            let c = a
            a &+= word(bytes, offset + 8) &+ word(bytes, offset + 16)
            b &+= rotate(a, 44)
            return (a &+ last, b &+ c)
        }
        var (x, y, z) = (word(bytes, 0), word(bytes, count - 16) ^ k1, word(bytes, count - 56) ^ k0)
        var v = weak(count - 64, length, y)
        var w = weak(count - 32, length &* k1, k0)
        z &+= fold(v.second) &* k1
        x = rotate(z &+ x, 39) &* k1
        y = rotate(y, 33) &* k1
        for offset in stride(from: 0, to: (count - 1) & ~63, by: 64) {
            x = rotate(x &+ y &+ v.first &+ word(bytes, offset + 16), 37) &* k1 ^ w.second
            y = rotate(y &+ v.second &+ word(bytes, offset + 48), 42) &* k1 ^ v.first
            z = rotate(z ^ w.first, 33)
            v = weak(offset, v.second &* k1, x &+ w.first)
            w = weak(offset + 32, z &+ w.second, y)
            swap(&x, &z)
        }
        return join(join(v.first, w.first) &+ fold(y) &* k1 &+ z, join(v.second, w.second) &+ x)
    }
}

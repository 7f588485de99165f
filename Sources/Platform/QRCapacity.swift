/// What a version of a QR code holds at error correction M, and how bytes become its codewords.
struct QRCapacity {
    let version: Int
    /// Data and error correction together.
    let total: Int
    /// Of error correction, in each block.
    let correction: Int
    let blocks: Int

    static let all: [QRCapacity] = [
        (26, 10, 1), (44, 16, 1), (70, 26, 1), (100, 18, 2), (134, 24, 2), (172, 16, 4), (196, 18, 4), (242, 22, 4),
        (292, 22, 5), (346, 26, 5),
    ].enumerated().map { QRCapacity(version: $0 + 1, total: $1.0, correction: $1.1, blocks: $1.2) }

    private var data: Int { total - correction * blocks }
    private var lengthBits: Int { version < 10 ? 8 : 16 }
    var mostBytes: Int { (data * 8 - 4 - lengthBits) / 8 }

    /// Data and error correction, interleaved as they are placed.
    func codewords(of bytes: [UInt8]) -> [UInt8] {
        let parts = split(padded(bytes))
        let generator = ReedSolomon.generator(correction)
        let corrections = parts.map { ReedSolomon.remainder($0, generator) }
        var words: [UInt8] = []
        words.reserveCapacity(total)
        for place in 0..<(parts.last?.count ?? 0) { words += parts.compactMap { place < $0.count ? $0[place] : nil } }
        for place in 0..<correction { words += corrections.map { $0[place] } }
        return words
    }

    /// Mode, length, bytes, an end, and what fills up.
    private func padded(_ bytes: [UInt8]) -> [UInt8] {
        // Four bits of mode put everything half a byte off.
        var nibbles: [UInt8] = [4]
        for shift in stride(from: lengthBits - 4, through: 0, by: -4) {
            nibbles.append(UInt8(bytes.count >> shift & 15))
        }
        for byte in bytes { nibbles += [byte >> 4, byte & 15] }
        if nibbles.count < data * 2 { nibbles.append(0) }
        var words = stride(from: 0, to: nibbles.count, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] }
        for place in 0..<(data - words.count) { words.append(place % 2 == 0 ? 0xec : 0x11) }
        return words
    }

    /// The first blocks are one shorter when the data does not come out even.
    private func split(_ data: [UInt8]) -> [[UInt8]] {
        var rest = data[...]
        return (0..<blocks).map { block in
            let count = rest.count / (blocks - block)
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
    }
}

/// Reed-Solomon codes over GF(256) with the polynomial of QR codes.
enum ReedSolomon {
    /// The coefficients of (x - 1)(x - 2)(x - 4)…, without the leading one.
    static func generator(_ degree: Int) -> [UInt8] {
        var coefficients = [UInt8](repeating: 0, count: degree)
        coefficients[degree - 1] = 1
        var root: UInt8 = 1
        for _ in 0..<degree {
            for place in 0..<degree {
                coefficients[place] = product(coefficients[place], root)
                if place + 1 < degree { coefficients[place] ^= coefficients[place + 1] }
            }
            root = product(root, 2)
        }
        return coefficients
    }

    static func remainder(_ data: [UInt8], _ generator: [UInt8]) -> [UInt8] {
        var rest = [UInt8](repeating: 0, count: generator.count)
        for byte in data {
            let factor = byte ^ rest.removeFirst()
            rest.append(0)
            for place in rest.indices { rest[place] ^= product(generator[place], factor) }
        }
        return rest
    }

    static func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
        var value: UInt8 = 0
        for bit in stride(from: 7, through: 0, by: -1) {
            value = value << 1 ^ (value >> 7 == 1 ? 0x1d : 0)
            if b >> UInt8(bit) & 1 == 1 { value ^= a }
        }
        return value
    }
}

/// Writes what one process tells another: little-endian numbers, and texts with their lengths before them.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func byte(_ value: UInt8) { bytes.append(value) }
    mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }
    mutating func count(_ value: Int) { word(UInt32(clamping: value)) }
    mutating func word(_ value: UInt32) { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
    mutating func number(_ value: Double) { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
    mutating func text(_ value: String) { data(Array(value.utf8)) }
    mutating func data(_ value: [UInt8]) {
        count(value.count)
        bytes += value
    }
}

/// Reads it, and trusts nothing: the other side may have been taken over by a document.
struct WireReader {
    struct Malformed: Error {}

    private let bytes: [UInt8]
    private var place: Int

    init(_ bytes: [UInt8], from place: Int = 0) { (self.bytes, self.place) = (bytes, place) }

    private mutating func take(_ count: Int) throws(Malformed) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - place else { throw Malformed() }
        defer { place += count }
        return bytes[place..<place + count]
    }

    mutating func byte() throws(Malformed) -> UInt8 { try take(1).first! }
    mutating func flag() throws(Malformed) -> Bool { try byte() != 0 }

    mutating func word() throws(Malformed) -> UInt32 {
        try take(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Of things that take `each` bytes at least, so that no more of them are announced than there can be.
    mutating func count(each: Int) throws(Malformed) -> Int {
        let count = Int(try word())
        guard count <= (bytes.count - place) / each else { throw Malformed() }
        return count
    }

    mutating func number() throws(Malformed) -> Double {
        let pattern: UInt64 = try take(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
        return Double(bitPattern: pattern)
    }

    /// One that is a number, and no larger than any that are meant.
    mutating func number(in range: ClosedRange<Double>) throws(Malformed) -> Double {
        let value = try number()
        guard range.contains(value) else { throw Malformed() }
        return value
    }

    mutating func data() throws(Malformed) -> [UInt8] { Array(try take(count(each: 1))) }
    mutating func text() throws(Malformed) -> String { String(decoding: try data(), as: UTF8.self) }

    func end() throws(Malformed) { if place != bytes.count { throw Malformed() } }
}

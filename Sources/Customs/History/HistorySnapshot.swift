/// Why a snapshot of the past cannot be taken up.
public struct HistorySnapshotError: Error, Sendable, Equatable {
    /// `truncated`, `malformed`, `other_questions`.
    public let code: String
}

/// Writes numbers one after the other, little-endian; arrays with their count before them.
struct SnapshotWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    mutating func write(_ value: Double) { write(value.bitPattern) }
    mutating func write(_ text: String) {
        write(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }
    mutating func write<Value: FixedWidthInteger>(_ values: [Value]) {
        write(UInt32(values.count))
        for value in values { write(value) }
    }
    mutating func write(_ values: [Double]) { write(values.map(\.bitPattern)) }
}

/// Reads what a `SnapshotWriter` wrote, from bytes that anybody may have changed.
struct SnapshotReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func read<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(HistorySnapshotError) -> Value {
        let size = MemoryLayout<Value>.size
        guard bytes.count - position >= size else { throw HistorySnapshotError(code: "truncated") }
        defer { position += size }
        return bytes.withUnsafeBytes {
            Value(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: Value.self))
        }
    }
    mutating func read() throws(HistorySnapshotError) -> Double { Double(bitPattern: try read(UInt64.self)) }

    /// A count of things that take at least `size` bytes each: never more than there are bytes for.
    mutating func count(ofSize size: Int) throws(HistorySnapshotError) -> Int {
        let count = Int(try read(UInt32.self))
        guard count <= (bytes.count - position) / size else { throw HistorySnapshotError(code: "truncated") }
        return count
    }
    mutating func text() throws(HistorySnapshotError) -> String {
        let count = try count(ofSize: 1)
        defer { position += count }
        guard let text = String(validating: bytes[position..<position + count], as: UTF8.self) else {
            throw HistorySnapshotError(code: "malformed")
        }
        return text
    }
    mutating func read<Value: FixedWidthInteger>() throws(HistorySnapshotError) -> [Value] {
        var values: [Value] = []
        for _ in 0..<(try count(ofSize: MemoryLayout<Value>.size)) { values.append(try read()) }
        return values
    }
    mutating func read() throws(HistorySnapshotError) -> [Double] {
        let patterns: [UInt64] = try read()
        return patterns.map(Double.init(bitPattern:))
    }

    /// Counts, as many as there are keys; none so large that adding to it could overflow.
    mutating func counts(_ count: Int) throws(HistorySnapshotError) -> [Int32] {
        try read(count: count, within: 0...Int32.max / 2)
    }
    /// Days of the calendar, as many as there are keys.
    mutating func days(_ count: Int) throws(HistorySnapshotError) -> [Int32] {
        try read(count: count, within: HistoryDate.first...HistoryDate.last)
    }
    mutating func read(count: Int, within bounds: ClosedRange<Int32>) throws(HistorySnapshotError) -> [Int32] {
        let values: [Int32] = try read()
        guard values.count == count, values.allSatisfy(bounds.contains) else {
            throw HistorySnapshotError(code: "malformed")
        }
        return values
    }
    mutating func read(count: Int) throws(HistorySnapshotError) -> [Double] {
        let values: [Double] = try read()
        guard values.count == count else { throw HistorySnapshotError(code: "malformed") }
        return values
    }
}

/// Reads FlatBuffers without a schema compiler: every offset is checked before it is followed.
///
/// Offsets only lead forwards and the reader's depth is its code's, so nothing can turn in a circle. But many offsets
/// may lead to one place, and a small file then say something huge: what is read may not exceed a multiple of the
/// file (`spend`).
struct FlatBuffer {
    let bytes: UnsafeRawBufferPointer
    private let allowance: Allowance

    private final class Allowance {
        var rest: Int
        init(_ rest: Int) { self.rest = rest }
    }

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        // Equal vectors may be written once: some slack.
        allowance = Allowance(bytes.count * 4)
    }

    func root() throws(ModelError) -> Table { try table(at: try follow(0)) }

    /// A table: its position, and where its list of fields lies.
    struct Table {
        let buffer: FlatBuffer
        fileprivate let position: Int
        fileprivate let fields: Int
        fileprivate let fieldBytes: Int
    }

    fileprivate func load<Value: FixedWidthInteger>(_ offset: Int, as type: Value.Type = Value.self)
        throws(ModelError) -> Value
    {
        guard offset >= 0, offset <= bytes.count - MemoryLayout<Value>.size else {
            throw ModelError(.malformed, "an offset leads out of the file", at: offset)
        }
        return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    fileprivate func follow(_ offset: Int) throws(ModelError) -> Int { offset + Int(try load(offset, as: UInt32.self)) }

    fileprivate func table(at position: Int) throws(ModelError) -> Table {
        let fields = position - Int(try load(position, as: Int32.self))
        let size = Int(try load(fields, as: UInt16.self))
        return Table(buffer: self, position: position, fields: fields, fieldBytes: size)
    }

    fileprivate func spend(_ count: Int) throws(ModelError) {
        allowance.rest -= count
        guard allowance.rest >= 0 else {
            throw ModelError(.malformed, "offsets lead to the same bytes again and again")
        }
    }

    /// The elements of a vector, which lie `stride` bytes apart.
    fileprivate func vector(at position: Int, stride: Int) throws(ModelError) -> UnsafeRawBufferPointer {
        let count = Int(try load(position, as: UInt32.self))
        let start = position + 4
        guard count <= (bytes.count - start) / stride else {
            throw ModelError(.malformed, "a vector of \(count) elements leaves the file", at: position)
        }
        try spend(count * stride)
        return UnsafeRawBufferPointer(rebasing: bytes[start..<start + count * stride])
    }
}

extension FlatBuffer.Table {
    /// Where the field lies, nil when it is left out.
    private func field(_ number: Int) throws(ModelError) -> Int? {
        let entry = 4 + 2 * number
        guard entry + 2 <= fieldBytes else { return nil }
        let offset = Int(try buffer.load(fields + entry, as: UInt16.self))
        return offset == 0 ? nil : position + offset
    }

    func integer<Value: FixedWidthInteger>(_ number: Int, as type: Value.Type, default other: Value = 0)
        throws(ModelError) -> Value
    {
        guard let place = try field(number) else { return other }
        return try buffer.load(place)
    }

    func float(_ number: Int, default other: Float = 0) throws(ModelError) -> Float {
        Float(bitPattern: try integer(number, as: UInt32.self, default: other.bitPattern))
    }

    func double(_ number: Int, default other: Double = 0) throws(ModelError) -> Double {
        Double(bitPattern: try integer(number, as: UInt64.self, default: other.bitPattern))
    }

    func table(_ number: Int) throws(ModelError) -> FlatBuffer.Table? {
        guard let place = try field(number) else { return nil }
        return try buffer.table(at: try buffer.follow(place))
    }

    func tables(_ number: Int) throws(ModelError) -> [FlatBuffer.Table] {
        guard let place = try field(number) else { return [] }
        let start = try buffer.follow(place)
        let count = try buffer.vector(at: start, stride: 4).count / 4
        var tables: [FlatBuffer.Table] = []
        tables.reserveCapacity(count)
        for k in 0..<count { tables.append(try buffer.table(at: try buffer.follow(start + 4 + 4 * k))) }
        return tables
    }

    /// A vector's elements, `stride` bytes each; empty when it is left out.
    func bytes(_ number: Int, stride: Int = 1) throws(ModelError) -> UnsafeRawBufferPointer {
        guard let place = try field(number) else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return try buffer.vector(at: try buffer.follow(place), stride: stride)
    }

    func text(_ number: Int) throws(ModelError) -> String { String(decoding: try bytes(number), as: UTF8.self) }

    func texts(_ number: Int) throws(ModelError) -> [String] {
        guard let place = try field(number) else { return [] }
        let start = try buffer.follow(place)
        var texts: [String] = []
        for k in 0..<(try buffer.vector(at: start, stride: 4).count / 4) {
            let text = try buffer.vector(at: try buffer.follow(start + 4 + 4 * k), stride: 1)
            texts.append(String(decoding: text, as: UTF8.self))
        }
        return texts
    }

    func integers<Value: FixedWidthInteger>(_ number: Int, as type: Value.Type = Value.self)
        throws(ModelError) -> [Value]
    {
        try bytes(number, stride: MemoryLayout<Value>.size).littleEndian()
    }

    func floats(_ number: Int) throws(ModelError) -> [Float] {
        try integers(number, as: UInt32.self).map(Float.init(bitPattern:))
    }

    func doubles(_ number: Int) throws(ModelError) -> [Double] {
        try integers(number, as: UInt64.self).map(Double.init(bitPattern:))
    }
}

extension UnsafeRawBufferPointer {
    /// The bytes as integers, one after the other; what is left over at the end is not one.
    func littleEndian<Value: FixedWidthInteger>(as type: Value.Type = Value.self) -> [Value] {
        let size = MemoryLayout<Value>.size
        return [Value](unsafeUninitializedCapacity: count / size) { values, count in
            count = self.count / size
            for k in 0..<count {
                let value = Value(littleEndian: loadUnaligned(fromByteOffset: k * size, as: Value.self))
                (values.baseAddress! + k).initialize(to: value)
            }
        }
    }
}

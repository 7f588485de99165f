/// What an array of the server may hold. Arrays have one dimension and no NULL inside.
public protocol PostgresArrayElement: PostgresEncodable, PostgresDecodable {
    static var postgresArrayType: PostgresType { get }
    /// The type of an element on the wire.
    static var postgresElementType: PostgresType { get }
    static func encode(array: [Self], into bytes: inout [UInt8])
    static func decode(array cell: PostgresCell) -> [Self]?
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    public static var postgresType: PostgresType { Element.postgresArrayType }
    public func encode(into bytes: inout [UInt8]) { Element.encode(array: self, into: &bytes) }
}
extension Array: PostgresDecodable where Element: PostgresArrayElement {
    public static func decode(_ cell: PostgresCell) -> [Element]? { Element.decode(array: cell) }
}

extension PostgresArrayElement {
    public static var postgresElementType: PostgresType { postgresType }

    public static func encode(array: [Self], into bytes: inout [UInt8]) {
        bytes.append(bigEndian: Int32(array.isEmpty ? 0 : 1))
        bytes.append(bigEndian: Int32(0))  // no NULL
        bytes.append(bigEndian: postgresElementType.rawValue)
        guard !array.isEmpty else { return }
        bytes.append(bigEndian: Int32(array.count))
        bytes.append(bigEndian: Int32(1))  // first index
        for element in array {
            let start = bytes.count
            bytes.append(bigEndian: Int32(0))
            element.encode(into: &bytes)
            bytes.patchLength(at: start)
        }
    }

    public static func decode(array cell: PostgresCell) -> [Self]? {
        guard let bytes = cell.bytes else { return nil }
        var reader = CellReader(bytes)
        guard let dimensions = reader.int32(), reader.int32() != nil, let type = reader.int32() else { return nil }
        if dimensions == 0 { return [] }
        guard dimensions == 1, let count = reader.int32(), reader.int32() != nil, count >= 0 else { return nil }
        let elementType = PostgresType(rawValue: UInt32(bitPattern: type))
        var array: [Self] = []
        array.reserveCapacity(Int(min(count, 1 << 20)))
        for _ in 0..<count {
            guard let length = reader.int32(), length >= 0, let part = reader.take(Int(length)),
                let element = decode(PostgresCell(type: elementType, bytes: part))
            else { return nil }
            array.append(element)
        }
        return array
    }
}

extension [UInt8] {
    /// Writes, in the four bytes at `start`, how many bytes have been appended after them.
    mutating func patchLength(at start: Int) {
        let length = UInt32(count - start - 4).bigEndian
        withUnsafeMutableBytes { $0.storeBytes(of: length, toByteOffset: start, as: UInt32.self) }
    }
}

/// Reads big-endian fields one after the other, never past the end.
struct CellReader {
    private var rest: UnsafeRawBufferPointer
    init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

    mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count <= rest.count else { return nil }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
        return UnsafeRawBufferPointer(rebasing: rest[..<count])
    }
    mutating func int32() -> Int32? { take(4).map { Int32(bigEndian: $0.loadUnaligned(as: Int32.self)) } }
    mutating func int16() -> Int16? { take(2).map { Int16(bigEndian: $0.loadUnaligned(as: Int16.self)) } }
}

extension Int: PostgresArrayElement { public static var postgresArrayType: PostgresType { .int8Array } }
extension Int64: PostgresArrayElement { public static var postgresArrayType: PostgresType { .int8Array } }
extension Int32: PostgresArrayElement { public static var postgresArrayType: PostgresType { .int4Array } }
extension Int16: PostgresArrayElement { public static var postgresArrayType: PostgresType { .int2Array } }
extension Double: PostgresArrayElement { public static var postgresArrayType: PostgresType { .float8Array } }
extension Float: PostgresArrayElement { public static var postgresArrayType: PostgresType { .float4Array } }
extension Bool: PostgresArrayElement { public static var postgresArrayType: PostgresType { .boolArray } }
extension Numeric: PostgresArrayElement { public static var postgresArrayType: PostgresType { .numericArray } }
extension JSONText: PostgresArrayElement { public static var postgresArrayType: PostgresType { .jsonbArray } }
extension String: PostgresArrayElement {
    public static var postgresArrayType: PostgresType { .textArray }
    public static var postgresElementType: PostgresType { .text }
}

/// Bytes as the element of an array: an array of bytes alone is a `bytea` itself.
public struct ByteText: PostgresArrayElement, Hashable {
    public var bytes: [UInt8]
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    public static var postgresType: PostgresType { .bytea }
    public static var postgresArrayType: PostgresType { .byteaArray }
    public func encode(into out: inout [UInt8]) { out.append(contentsOf: bytes) }
    public static func decode(_ cell: PostgresCell) -> ByteText? { [UInt8].decode(cell).map { ByteText($0) } }
}

/// An array of bytes is not an array to the server but a `bytea`.
extension UInt8: PostgresArrayElement {
    public static var postgresType: PostgresType { .char }
    public static var postgresArrayType: PostgresType { .bytea }
    public func encode(into bytes: inout [UInt8]) { bytes.append(self) }
    public static func decode(_ cell: PostgresCell) -> UInt8? { cell.type == .char ? cell.bytes?.first : nil }
    public static func encode(array: [UInt8], into bytes: inout [UInt8]) { bytes.append(contentsOf: array) }
    public static func decode(array cell: PostgresCell) -> [UInt8]? {
        cell.type == .bytea ? cell.bytes.map { Array($0) } : nil
    }
}

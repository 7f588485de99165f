/// A Swift value that can be read from a cell.
public protocol PostgresDecodable {
    /// Nil when the cell is NULL, of another type, or out of this type's range.
    static func decode(_ cell: PostgresCell) -> Self?
}

/// One value of a row, in the server's binary form. Valid while its row is.
public struct PostgresCell {
    public let type: PostgresType
    /// Nil for NULL.
    public let bytes: UnsafeRawBufferPointer?

    /// The cell as a big-endian number; nil when it is NULL or has another width.
    public func integer<Integer: FixedWidthInteger>(as type: Integer.Type) -> Integer? {
        guard let bytes, bytes.count == MemoryLayout<Integer>.size else { return nil }
        return Integer(bigEndian: bytes.loadUnaligned(as: Integer.self))
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    public static func decode(_ cell: PostgresCell) -> Wrapped?? {
        if cell.bytes == nil { return .some(nil) }
        return Wrapped.decode(cell).map { .some($0) }
    }
}

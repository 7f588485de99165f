public import Platform

extension UUIDv7: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .uuid }
    public static var postgresArrayType: PostgresType { .uuidArray }
    public func encode(into bytes: inout [UInt8]) { writeBytes(to: &bytes) }

    public static func decode(_ cell: PostgresCell) -> UUIDv7? {
        guard cell.type == .uuid, let bytes = cell.bytes else { return nil }
        return UUIDv7(bytes: bytes.assumingMemoryBound(to: UInt8.self).span)
    }
}

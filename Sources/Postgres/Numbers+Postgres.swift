extension Bool: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .bool }
    public func encode(into bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }
    public static func decode(_ cell: PostgresCell) -> Bool? {
        cell.type == .bool ? cell.integer(as: UInt8.self).map { $0 != 0 } : nil
    }
}

extension PostgresCell {
    /// Any of the server's integers.
    fileprivate var wide: Int64? {
        switch type {
        case .int8: integer(as: Int64.self)
        case .int4: integer(as: Int32.self).map(Int64.init)
        case .int2: integer(as: Int16.self).map(Int64.init)
        default: nil
        }
    }
}

extension Int: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .int8 }
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
    public static func decode(_ cell: PostgresCell) -> Int? { cell.wide.map { Int($0) } }
}
extension Int64: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .int8 }
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
    public static func decode(_ cell: PostgresCell) -> Int64? { cell.wide }
}
extension Int32: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .int4 }
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
    public static func decode(_ cell: PostgresCell) -> Int32? { cell.wide.flatMap(Int32.init(exactly:)) }
}
extension Int16: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .int2 }
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
    public static func decode(_ cell: PostgresCell) -> Int16? { cell.wide.flatMap(Int16.init(exactly:)) }
}

extension Double: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .float8 }
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: bitPattern) }
    public static func decode(_ cell: PostgresCell) -> Double? {
        switch cell.type {
        case .float8: cell.integer(as: UInt64.self).map(Double.init(bitPattern:))
        case .float4: cell.integer(as: UInt32.self).map { Double(Float(bitPattern: $0)) }
        default: nil
        }
    }
}
extension Float: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .float4 }
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: bitPattern) }
    public static func decode(_ cell: PostgresCell) -> Float? {
        cell.type == .float4 ? cell.integer(as: UInt32.self).map(Float.init(bitPattern:)) : nil
    }
}

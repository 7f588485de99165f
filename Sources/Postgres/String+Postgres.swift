extension String: PostgresEncodable, PostgresDecodable {
    public static var postgresType: PostgresType { .inferred }
    public func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: utf8) }

    /// Text of any kind, enumerations, JSON, and exact numbers in decimal notation.
    public static func decode(_ cell: PostgresCell) -> String? {
        guard let bytes = cell.bytes else { return nil }
        switch cell.type {
        case .text, .varchar, .bpchar, .name, .char, .unknown, .json: return String(decoding: bytes, as: UTF8.self)
        case .jsonb: return JSONText.content(of: bytes).map { String(decoding: $0, as: UTF8.self) }
        case .numeric: return Numeric.decode(cell)?.text
        case let type where type.isUserDefined: return String(validating: bytes, as: UTF8.self)
        default: return nil
        }
    }
}

extension Substring: PostgresEncodable {
    public static var postgresType: PostgresType { .inferred }
    public func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: utf8) }
}

/// A JSON document as bytes, for `jsonb` and `json` columns.
public struct JSONText: PostgresEncodable, PostgresDecodable, Hashable {
    public var bytes: [UInt8]
    public init(_ bytes: [UInt8]) { self.bytes = bytes }
    public init(_ text: String) { bytes = Array(text.utf8) }

    private static let version: UInt8 = 1

    public static var postgresType: PostgresType { .jsonb }
    public func encode(into out: inout [UInt8]) {
        out.append(Self.version)
        out.append(contentsOf: bytes)
    }
    public static func decode(_ cell: PostgresCell) -> JSONText? {
        guard let bytes = cell.bytes else { return nil }
        switch cell.type {
        case .jsonb: return content(of: bytes).map { JSONText(Array($0)) }
        case .json: return JSONText(Array(bytes))
        default: return nil
        }
    }
    /// A `jsonb` cell without its version byte.
    static func content(of bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        bytes.first == version ? UnsafeRawBufferPointer(rebasing: bytes.dropFirst()) : nil
    }
}

/// A Swift value that can be a parameter or a cell of a binary COPY.
public protocol PostgresEncodable: Sendable {
    static var postgresType: PostgresType { get }
    /// Appends the value in the server's binary form (as plain text when `postgresType` is `.inferred`).
    func encode(into bytes: inout [UInt8])
    var isNull: Bool { get }
}

extension PostgresEncodable {
    public var isNull: Bool { false }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    public static var postgresType: PostgresType { Wrapped.postgresType }
    public func encode(into bytes: inout [UInt8]) { self?.encode(into: &bytes) }
    public var isNull: Bool { self?.isNull ?? true }
}

extension [UInt8] {
    /// The way numbers travel to the server.
    public mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}

import CLibPQ
import Glibc

/// One row, read by name or by position:
///
///     try Bureau(code: row.get("code"), nom: row.get("nom"), ouvert: row.get("ouvert"))
///
/// The type that is asked for decides; an optional accepts NULL. A mismatch is an error that names the column.
public struct Row: Sendable {
    let rows: Rows
    let index: Int32

    public func get<Value: PostgresDecodable>(
        _ column: StaticString, as type: Value.Type = Value.self
    ) throws(DatabaseError) -> Value {
        try get(Int(position(of: column)), as: type)
    }

    public func get<Value: PostgresDecodable>(
        _ column: Int, as type: Value.Type = Value.self
    ) throws(DatabaseError) -> Value {
        guard column >= 0, column < Int(PQnfields(rows.result)) else { throw missing("\(column)") }
        let cell = cell(Int32(column))
        guard let value = Value.decode(cell) else { throw mismatch(cell, Int32(column), "\(type)") }
        return value
    }

    /// The cell's bytes in place, without a copy; nil for NULL. The pointer ends with `body`.
    public func withBytes<Result>(
        _ column: StaticString, _ body: (UnsafeRawBufferPointer?) throws -> Result
    ) throws -> Result {
        let position = try position(of: column)
        defer { withExtendedLifetime(rows) {} }
        return try body(cell(position).bytes)
    }

    private func cell(_ column: Int32) -> PostgresCell {
        let type = PostgresType(rawValue: PQftype(rows.result, column))
        if PQgetisnull(rows.result, index, column) == 1 { return PostgresCell(type: type, bytes: nil) }
        let length = Int(PQgetlength(rows.result, index, column))
        return PostgresCell(
            type: type, bytes: UnsafeRawBufferPointer(start: PQgetvalue(rows.result, index, column), count: length))
    }

    /// A comparison a column: rows have few, and libpq's own lookup allocates.
    private func position(of column: StaticString) throws(DatabaseError) -> Int32 {
        let length = column.utf8CodeUnitCount
        for k in 0..<PQnfields(rows.result) {
            guard let name = PQfname(rows.result, k) else { continue }
            if strncmp(name, UnsafeRawPointer(column.utf8Start).assumingMemoryBound(to: CChar.self), length) == 0,
                name[length] == 0
            {
                return k
            }
        }
        throw missing("\(column)")
    }

    private func missing(_ column: String) -> DatabaseError {
        DatabaseError(.decoding(column: column), "no column \(column) among \(rows.columns)")
    }

    private func mismatch(_ cell: PostgresCell, _ column: Int32, _ type: String) -> DatabaseError {
        let name = String(cString: PQfname(rows.result, column))
        let found = cell.bytes.map { "type \(cell.type.rawValue), \($0.count) bytes" } ?? "NULL"
        return DatabaseError(.decoding(column: name), "column \(name), row \(index): expected \(type), found \(found)")
    }
}

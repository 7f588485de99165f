import CLibPQ

/// The answer to a statement. The rows stay where libpq received them, and are read in place.
public final class Rows: RandomAccessCollection, @unchecked Sendable {  // libpq never changes a result it has given
    let result: OpaquePointer
    public let count: Int

    init(_ result: OpaquePointer) {
        self.result = result
        count = Int(PQntuples(result))
    }
    deinit { PQclear(result) }

    public var startIndex: Int { 0 }
    public var endIndex: Int { count }
    public subscript(index: Int) -> Row {
        precondition(index >= 0 && index < count, "row \(index) of \(count)")
        return Row(rows: self, index: Int32(index))
    }

    /// The rows that an INSERT, UPDATE, DELETE, MERGE or COPY touched.
    public var affected: Int {
        var number = 0
        var digit = PQcmdTuples(result)
        while let byte = digit?.pointee, byte != 0 {
            number = number * 10 + Int(byte - 0x30)
            digit = digit?.successor()
        }
        return number
    }

    public var columns: [String] {
        (0..<PQnfields(result)).map { String(cString: PQfname(result, $0)) }
    }

    /// The first word of the server's completion message: INSERT, COMMIT…
    var command: String {
        String(String(cString: PQcmdStatus(result)).prefix { $0 != " " })
    }
}

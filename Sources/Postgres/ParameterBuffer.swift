/// The parameters of one statement as the parallel C arrays that libpq takes, in memory that is used again.
struct ParameterBuffer {
    private var bytes: [UInt8] = []
    private var offsets: [Int] = []
    private var values: [UnsafePointer<CChar>?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []
    private(set) var types: [UInt32] = []

    /// What one large document may leave behind.
    private static let keptCapacity = 65_536

    mutating func fill(_ parameters: [any PostgresEncodable]) throws(DatabaseError) {
        clear()
        for (index, parameter) in parameters.enumerated() {
            let type = Swift.type(of: parameter).postgresType
            let start = bytes.count
            types.append(type.rawValue)
            formats.append(type == .inferred ? 0 : 1)
            if parameter.isNull {
                offsets.append(-1)
                lengths.append(0)
                continue
            }
            parameter.encode(into: &bytes)
            offsets.append(start)
            guard let length = Int32(exactly: bytes.count - start) else {
                throw DatabaseError(.parameter(index + 1), "parameter $\(index + 1) is larger than 2 GB")
            }
            lengths.append(length)
            if type == .inferred {
                // libpq measures text by its NUL: one inside would silently cut the value.
                if bytes[start...].contains(0) {
                    throw DatabaseError(.parameter(index + 1), "text parameter $\(index + 1) contains a NUL")
                }
                bytes.append(0)
            }
        }
    }

    private mutating func clear() {
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptCapacity)
        offsets.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        formats.removeAll(keepingCapacity: true)
        types.removeAll(keepingCapacity: true)
    }

    mutating func withPointers<Result>(
        _ body: (
            _ count: Int32, _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<Int32>?,
            _ formats: UnsafePointer<Int32>?
        ) -> Result
    ) -> Result {
        // An empty value still needs an address: NULL would mean NULL.
        if bytes.isEmpty { bytes.append(0) }
        values.removeAll(keepingCapacity: true)
        return bytes.withUnsafeBytes { raw in
            let base = raw.baseAddress!.assumingMemoryBound(to: CChar.self)
            for offset in offsets { values.append(offset < 0 ? nil : base + offset) }
            return values.withUnsafeBufferPointer { values in
                body(Int32(values.count), values.baseAddress, lengths, formats)
            }
        }
    }
}

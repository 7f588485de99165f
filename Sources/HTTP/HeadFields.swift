/// The fields of a head, looked up by name where they lie.
struct HeadFields {
    let bytes: [UInt8]
    let fields: [HeaderField]

    /// Calls `body` with the value of the first field of that name; `name` is in lower case.
    func withFirst<Value, Failure: Error>(
        _ name: StaticString, _ body: (UnsafeRawBufferPointer?) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let result = bytes.withUnsafeBytes { all in
            let field = fields.first { Self.matches(all, $0.name, name) }
            return Result<Value, Failure> { () throws(Failure) in
                try body(field.map { UnsafeRawBufferPointer(rebasing: all[$0.value.range]) })
            }
        }
        return try result.get()
    }

    /// Calls `body` with all values of each of the names, in the order in which they came.
    func withLines<Result>(_ names: [StaticString], _ body: ([[UnsafeRawBufferPointer]]) -> Result) -> Result {
        bytes.withUnsafeBytes { all in
            body(
                names.map { name in
                    fields.filter { Self.matches(all, $0.name, name) }
                        .map { UnsafeRawBufferPointer(rebasing: all[$0.value.range]) }
                })
        }
    }

    private static func matches(_ all: UnsafeRawBufferPointer, _ slice: Slice, _ name: StaticString) -> Bool {
        guard Int(slice.count) == name.utf8CodeUnitCount else { return false }
        var at = Int(slice.start)
        for byte in UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount) {
            let own = all[at]
            guard (own &- 0x41 < 26 ? own | 0x20 : own) == byte else { return false }
            at += 1
        }
        return true
    }
}

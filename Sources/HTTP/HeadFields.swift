/// A copy of a head whose fields are looked up by name where they lie.
struct HeadFields: Sendable {
    /// The head, and behind it the places of its fields: a request costs one allocation.
    private let memory: [UInt8]
    private let size: Int

    init(_ head: UnsafeRawBufferPointer, _ fields: UnsafeBufferPointer<HeaderField>) {
        size = head.count
        let places = UnsafeRawBufferPointer(fields)
        var memory: [UInt8] = []
        memory.reserveCapacity(head.count + places.count)
        memory.append(contentsOf: head)
        memory.append(contentsOf: places)
        self.memory = memory
    }

    subscript(slice: Slice) -> ArraySlice<UInt8> { memory[slice.range] }

    /// Calls `body` with the value of the first field of that name; `name` is in lower case.
    func withFirst<Value, Failure: Error>(
        _ name: StaticString, _ body: (UnsafeRawBufferPointer?) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let result = memory.withUnsafeBytes { all in
            let field = first(name, from: size, in: all)
            return Result<Value, Failure> { () throws(Failure) in
                try body(field.map { UnsafeRawBufferPointer(rebasing: all[$0.field.value.range]) })
            }
        }
        return try result.get()
    }

    /// Calls `body` with all values of each of the names, in the order in which they came.
    func withLines<Result>(_ names: [StaticString], _ body: ([[UnsafeRawBufferPointer]]) -> Result) -> Result {
        memory.withUnsafeBytes { all in
            body(
                names.map { name in
                    var lines: [UnsafeRawBufferPointer] = []
                    var place = size
                    while let (field, next) = first(name, from: place, in: all) {
                        lines.append(UnsafeRawBufferPointer(rebasing: all[field.value.range]))
                        place = next
                    }
                    return lines
                })
        }
    }

    /// The first field of that name whose place lies at `start` or behind, and where the next place lies.
    private func first(
        _ name: StaticString, from start: Int, in all: UnsafeRawBufferPointer
    ) -> (field: HeaderField, next: Int)? {
        for place in stride(from: start, to: all.count, by: MemoryLayout<HeaderField>.stride) {
            let field = all.loadUnaligned(fromByteOffset: place, as: HeaderField.self)
            if Self.matches(all, field.name, name) { return (field, place + MemoryLayout<HeaderField>.stride) }
        }
        return nil
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

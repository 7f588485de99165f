/// An element of an Accept-like list, with its weight in thousandths (RFC 9110 §12.4.2).
struct Weighted<Value> {
    let value: Value
    let weight: Int
}

extension Weighted {
    /// Reads a list leniently: an element that is malformed is passed over, since widespread clients send some
    /// (`*; q=.2`) and a wrong preference must not cost them the answer.
    static func list(
        _ field: UnsafeRawBufferPointer, element: (inout FieldReader) throws(ParseError) -> Value
    ) -> [Weighted] {
        var list: [Weighted] = []
        var reader = FieldReader(field, failing: .malformedFieldValue)
        while !reader.isAtEnd {
            reader.skipSpace()
            do throws(ParseError) {
                let value = try element(&reader)
                let weight = try Self.weight(&reader)
                reader.skipSpace()
                if reader.isAtEnd || reader.next == UInt8(ascii: ",") {
                    list.append(Weighted(value: value, weight: weight))
                }
            } catch {
                // Passed over with what is left of it.
            }
            reader.skipElement()
        }
        return list
    }

    private static func weight(_ reader: inout FieldReader) throws(ParseError) -> Int {
        var weight = 1000
        while let (name, value) = try reader.parameter() {
            guard name == "q" else { continue }
            guard let parsed = thousandths(value) else { throw .malformedFieldValue }
            weight = parsed
        }
        return weight
    }

    /// 0 or 1, with at most three decimals.
    private static func thousandths(_ text: [UInt8]) -> Int? {
        guard let first = text.first, first == 0x30 || first == 0x31, text.count <= 5 else { return nil }
        if text.count == 1 { return first == 0x31 ? 1000 : 0 }
        guard text[1] == UInt8(ascii: "."), text[2...].allSatisfy(isDigit) else { return nil }
        var decimals = text[2...].reduce(0) { $0 * 10 + Int($1 - 0x30) }
        for _ in text.count..<5 { decimals *= 10 }
        let value = (first == 0x31 ? 1000 : 0) + decimals
        return value <= 1000 ? value : nil
    }
}

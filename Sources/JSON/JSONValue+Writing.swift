extension JSONValue: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .bool(let value): writer.bool(value)
        case .int(let value): writer.int(value)
        case .double(let value): writer.double(value)
        case .number(let text): writer.raw(text.utf8)
        case .string(let value): writer.string(value)
        case .array(let elements):
            writer.array { writer in for element in elements { element.write(to: &writer) } }
        case .object(let members):
            writer.object { writer in
                for member in members {
                    writer.key(member.name)
                    member.value.write(to: &writer)
                }
            }
        }
    }

    /// The text for people: an indent of two spaces a level, a line for each element and member.
    public func prettyPrinted() -> String {
        var bytes: [UInt8] = []
        pretty(into: &bytes, indent: 0)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func pretty(into bytes: inout [UInt8], indent: Int) {
        func line(_ indent: Int) {
            bytes.append(UInt8(ascii: "\n"))
            bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * indent))
        }
        func list<Item>(_ items: [Item], _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ each: (Item) -> Void) {
            bytes.append(UInt8(ascii: open))
            for (index, item) in items.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                line(indent + 1)
                each(item)
            }
            line(indent)
            bytes.append(UInt8(ascii: close))
        }
        switch self {
        case .array(let elements) where !elements.isEmpty:
            list(elements, "[", "]") { $0.pretty(into: &bytes, indent: indent + 1) }
        case .object(let members) where !members.isEmpty:
            list(members, "{", "}") { member in
                member.name.writeJSON(to: &bytes)
                bytes.append(contentsOf: ": ".utf8)
                member.value.pretty(into: &bytes, indent: indent + 1)
            }
        default: writeJSON(to: &bytes)
        }
    }
}

extension JSONReader {
    /// Steps over the next value, checking it as if it were read.
    public mutating func skip() throws(JSONError) {
        switch try kind() {
        case .object: try object { _, reader throws(JSONError) in try reader.skip() }
        case .array: try array { reader throws(JSONError) in try reader.skip() }
        case .string: _ = try scanString()
        case .number: _ = try scanNumber()
        case .boolean: _ = try bool()
        case .null: try literal("null")
        }
    }

    /// Steps over the next value and says which bytes of the text it is, to store them as they came.
    public mutating func slice() throws(JSONError) -> Range<Int> {
        let start = try offset()
        try skip()
        return start..<position
    }
}

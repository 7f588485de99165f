extension JSONReader {
    public mutating func bool() throws(JSONError) -> Bool {
        switch try peek() {
        case 0x74:
            try literal("true")
            return true
        case 0x66:
            try literal("false")
            return false
        default: throw mismatch(.expectedBoolean)
        }
    }

    /// Whether the next value is null, which is then read; any other value is left to be read.
    public mutating func null() throws(JSONError) -> Bool {
        guard try peek() == 0x6e else { return false }
        try literal("null")
        return true
    }

    @inline(__always)
    mutating func literal(_ text: StaticString) throws(JSONError) {
        let count = text.utf8CodeUnitCount
        guard end - position >= count, JSONWord.equal(base + position, text.utf8Start, count) else {
            throw brokenLiteral(text)
        }
        position &+= count
    }

    @inline(never)
    private mutating func brokenLiteral(_ text: StaticString) -> JSONError {
        var same = 0
        while position + same < end, base[position + same] == text.utf8Start[same] { same += 1 }
        return failure(position + same < end ? .unexpectedByte : .endOfInput, at: position + same)
    }
}

/// What a value is, before it is read.
public enum JSONKind: Sendable {
    case object, array, string, number, boolean, null
}

extension JSONReader {
    /// What the next value is, told from its first byte: for a member that may be one of several kinds.
    public mutating func kind() throws(JSONError) -> JSONKind {
        switch try peek() {
        case 0x22: return .string
        case 0x2d, 0x30...0x39: return .number
        case 0x5b: return .array
        case 0x66, 0x74: return .boolean
        case 0x6e: return .null
        case 0x7b: return .object
        default: throw mismatch(.unexpectedByte)
        }
    }
}

/// A JSON text as a tree, for the places that don't know its shape beforehand. Members keep their order.
///
/// Numbers are kept exactly: reading a text and writing the tree changes no value.
public enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// An integer literal that fits.
    case int(Int)
    /// A decimal literal that the nearest `Double`, written again, says the same.
    case double(Double)
    /// Any other number, as it was written.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    public struct Member: Equatable, Sendable {
        public var name: String
        public var value: JSONValue
        public init(_ name: String, _ value: JSONValue) { (self.name, self.value) = (name, value) }
    }
}

extension JSONValue {
    /// The member's value, if this is an object that has it.
    public subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The element, if this is an array that reaches so far.
    public subscript(_ index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The value that an RFC 6901 pointer leads to; "" is the whole.
    public func at(_ pointer: String) -> JSONValue? {
        if pointer.isEmpty { return self }
        guard pointer.utf8.first == UInt8(ascii: "/") else { return nil }
        var value: JSONValue? = self
        for segment in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            value = value?.child(Self.unescaped(segment))
        }
        return value
    }

    private func child(_ segment: String) -> JSONValue? {
        guard case .array = self else { return self[segment] }
        guard let index = Int(segment), String(index) == segment else { return nil }
        return self[index]
    }

    private static func unescaped(_ segment: Substring) -> String {
        var text = ""
        var isTilde = false
        for scalar in segment.unicodeScalars {
            switch scalar {
            case "~" where !isTilde:
                isTilde = true
                continue
            case "0" where isTilde: text += "~"
            case "1" where isTilde: text += "/"
            default: text.unicodeScalars.append(scalar)
            }
            isTilde = false
        }
        return text
    }
}

extension JSONValue {
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    public var int: Int? { if case .int(let value) = self { value } else { nil } }
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    public var members: [Member]? { if case .object(let value) = self { value } else { nil } }
    public var isNull: Bool { self == .null }

    /// The nearest `Double` of any number.
    public var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        case .number(let text): Double(text)
        default: nil
        }
    }
}

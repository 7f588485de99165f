extension JSONValue: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        switch try reader.kind() {
        case .object:
            var members: [Member] = []
            members.reserveCapacity(8)
            try reader.object { key, reader throws(JSONError) in
                members.append(Member(key.string, try JSONValue(json: &reader)))
            }
            self = .object(members)
        case .array:
            var elements: [JSONValue] = []
            try reader.array { reader throws(JSONError) in elements.append(try JSONValue(json: &reader)) }
            self = .array(elements)
        case .string: self = .string(try reader.string())
        case .number: self = try reader.exactNumber()
        case .boolean: self = .bool(try reader.bool())
        case .null:
            try reader.literal("null")
            self = .null
        }
    }
}

extension JSONReader {
    fileprivate mutating func exactNumber() throws(JSONError) -> JSONValue {
        let scan = try scanNumber()
        if scan.isInteger {
            if scan.digits == 0, scan.isNegative { return .double(-0.0) }
            guard scan.digits <= 19 else { return .number(literal(of: scan)) }
            let value = scan.isNegative ? -Int128(scan.significand) : Int128(scan.significand)
            return Int(exactly: value).map(JSONValue.int) ?? .number(literal(of: scan))
        }
        // Up to fifteen digits a normal Double gives back the decimal it was read from.
        if scan.digits <= 15, let value = exactDouble(scan) { return .double(value) }
        let text = literal(of: scan)
        guard let value = nearestDouble(scan), Self.saysTheSame(value.description, text) else { return .number(text) }
        return .double(value)
    }

    /// Whether two number literals denote one value: same sign, same significant digits, same scale.
    private static func saysTheSame(_ left: String, _ right: String) -> Bool {
        func parts(_ text: String) -> (isNegative: Bool, digits: [UInt8], scale: Int)? {
            let bytes = Array(text.utf8)
            let mark = bytes.firstIndex { $0 | 0x20 == 0x65 } ?? bytes.count
            let written = mark < bytes.count ? Int(String(decoding: bytes[(mark + 1)...], as: UTF8.self)) : 0
            guard var scale = written else { return nil }
            let mantissa = bytes[..<mark]
            if let point = mantissa.firstIndex(of: 0x2e) { scale -= mark - point - 1 }
            var digits = mantissa.filter { $0 &- 0x30 < 10 }.drop { $0 == 0x30 }
            while digits.last == 0x30 {
                digits.removeLast()
                scale += 1
            }
            return (bytes.first == 0x2d, Array(digits), digits.isEmpty ? 0 : scale)
        }
        guard let left = parts(left), let right = parts(right) else { return false }
        return left == right
    }
}

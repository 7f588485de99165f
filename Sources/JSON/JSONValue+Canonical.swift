extension JSONValue {
    /// The one text of the value that RFC 8785 allows, for what is hashed or signed: members in the order of their
    /// names' UTF-16 units, no white space, numbers as ECMAScript writes the nearest `Double`.
    ///
    /// Nil when there is none: a number beyond every `Double`, or a name twice in an object.
    public func canonicalBytes() -> [UInt8]? {
        var bytes: [UInt8] = []
        return writeCanonical(to: &bytes) ? bytes : nil
    }

    private func writeCanonical(to bytes: inout [UInt8]) -> Bool {
        switch self {
        // Apart: a writer would clear the room behind all that is there, for each of them.
        case .null, .bool, .string: bytes += jsonBytes()
        case .int, .double, .number:
            guard let value = double, value.isFinite else { return false }
            bytes.append(contentsOf: Self.canonicalText(of: value).utf8)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                guard element.writeCanonical(to: &bytes) else { return false }
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members): return Self.writeCanonical(members, to: &bytes)
        }
        return true
    }

    private static func writeCanonical(_ members: [Member], to bytes: inout [UInt8]) -> Bool {
        let sorted = members.sorted { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) }
        bytes.append(UInt8(ascii: "{"))
        for (index, member) in sorted.enumerated() {
            if index > 0 {
                // Names are compared unit by unit: two ways of writing one letter are two names.
                if sorted[index - 1].name.utf8.elementsEqual(member.name.utf8) { return false }
                bytes.append(UInt8(ascii: ","))
            }
            bytes += member.name.jsonBytes()
            bytes.append(UInt8(ascii: ":"))
            guard member.value.writeCanonical(to: &bytes) else { return false }
        }
        bytes.append(UInt8(ascii: "}"))
        return true
    }

    /// Number::toString of ECMAScript, from the shortest digits that Swift finds too.
    static func canonicalText(of value: Double) -> String {
        if value == 0 { return "0" }
        let sign = value < 0 ? "-" : ""
        let (digits, point) = decimal(value.magnitude.description)
        let count = digits.count
        if point > 21 || point <= -6 {
            let (first, rest) = (digits.prefix(1), digits.dropFirst())
            let exponent = point - 1
            return sign + first + (rest.isEmpty ? "" : "." + rest) + "e" + (exponent < 0 ? "-" : "+")
                + String(exponent.magnitude)
        }
        if point <= 0 { return sign + "0." + String(repeating: "0", count: -point) + digits }
        if point >= count { return sign + digits + String(repeating: "0", count: point - count) }
        return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    }

    /// The significant digits of a positive number, and how many of them stand before the point.
    private static func decimal(_ text: String) -> (digits: String, point: Int) {
        let parts = text.split(separator: "e", omittingEmptySubsequences: false)
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let fraction = mantissa.count > 1 ? mantissa[1] : ""
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let all = mantissa[0] + fraction
        let zeros = all.prefix { $0 == "0" }.count
        var digits = all.dropFirst(zeros)
        while digits.last == "0" { digits.removeLast() }
        return (String(digits), mantissa[0].count + exponent - zeros)
    }
}

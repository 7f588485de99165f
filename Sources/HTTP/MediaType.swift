/// A Content-Type value (RFC 9110 §8.3.1).
public struct MediaType: Hashable, Sendable {
    public struct Parameter: Hashable, Sendable {
        /// In lower case.
        public let name: String
        public let value: String
    }

    /// In lower case.
    public let type: String
    /// In lower case.
    public let subtype: String
    public let parameters: [Parameter]

    public init(_ type: String, _ subtype: String, _ parameters: [String: String] = [:]) {
        self.type = type
        self.subtype = subtype
        self.parameters = parameters.sorted { $0.key < $1.key }.map { Parameter(name: $0.key, value: $0.value) }
    }

    public static let json = MediaType("application", "json")
    public static let multipartForm = MediaType("multipart", "form-data")
    public static let html = MediaType("text", "html", ["charset": "utf-8"])
    public static let csv = MediaType("text", "csv", ["charset": "utf-8"])

    public init(_ field: UnsafeRawBufferPointer) throws(ParseError) {
        var reader = FieldReader(field, failing: .malformedMediaType)
        type = try reader.lowercasedToken()
        try reader.expect(UInt8(ascii: "/"))
        subtype = try reader.lowercasedToken()
        var parameters: [Parameter] = []
        while let (name, value) = try reader.parameter() {
            // Two values for one name would be read differently by different readers.
            guard !parameters.contains(where: { $0.name == name }) else { throw .malformedMediaType }
            parameters.append(Parameter(name: name, value: try validText(value)))
        }
        try reader.expectEnd()
        self.parameters = parameters
    }

    public func parameter(_ name: String) -> String? { parameters.first { $0.name == name }?.value }

    /// Whether type and subtype are the same, whatever the parameters.
    public func isSame(as other: MediaType) -> Bool { type == other.type && subtype == other.subtype }

    /// `application/json`, `application/problem+json` and the like.
    public var isJSON: Bool { type == "application" && (subtype == "json" || subtype.hasSuffix("+json")) }
}

extension MediaType: CustomStringConvertible {
    public var description: String {
        parameters.reduce("\(type)/\(subtype)") { text, parameter in
            let isToken =
                !parameter.value.isEmpty
                && parameter.value.utf8.allSatisfy { ByteClasses.shared.contains($0, ByteClasses.token) }
            if isToken { return "\(text); \(parameter.name)=\(parameter.value)" }
            let escaped = parameter.value.reduce(into: "") { $0 += $1 == "\"" || $1 == "\\" ? "\\\($1)" : String($1) }
            return "\(text); \(parameter.name)=\"\(escaped)\""
        }
    }
}

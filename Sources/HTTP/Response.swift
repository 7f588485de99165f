import Glibc

/// An answer. The server adds `Date`, the framing and the fields that every response carries.
public struct Response: Sendable {
    public struct Field: Sendable {
        public let name: StaticString
        public let value: String
        /// A value never breaks out of its line, whatever it is made of: control characters become spaces.
        public init(_ name: StaticString, _ value: String) {
            self.name = name
            self.value = value.utf8.contains(where: Self.isControl) ? Self.cleaned(value) : value
        }

        private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != 0x09 || byte == 0x7f }
        private static func cleaned(_ value: String) -> String {
            String(decoding: value.utf8.map { $0 < 0x20 || $0 == 0x7f ? 0x20 : $0 }, as: UTF8.self)
        }

        /// Compares exactly: responses spell each name in one way.
        public func isNamed(_ other: StaticString) -> Bool {
            name.utf8CodeUnitCount == other.utf8CodeUnitCount
                && memcmp(name.utf8Start, other.utf8Start, name.utf8CodeUnitCount) == 0
        }
    }

    public enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// Written by `produce` as it goes; chunked when the length is not known.
        case stream(length: Int?, produce: @Sendable (any BodySink) async throws -> Void)
    }

    public var status: Status
    public var fields: [Field]
    public var body: Body

    public init(_ status: Status, fields: [Field] = [], body: Body = .none) {
        (self.status, self.fields, self.body) = (status, fields, body)
    }

    public init(_ status: Status = .ok, _ type: ContentType, _ bytes: [UInt8]) {
        self.init(status, fields: [Field("Content-Type", type.text)], body: .bytes(bytes))
    }
    public init(_ status: Status = .ok, _ type: ContentType, _ text: String) {
        self.init(status, type, Array(text.utf8))
    }

    /// The value of the first field of that name.
    public subscript(name: StaticString) -> String? {
        fields.firstIndex { $0.isNamed(name) }.map { fields[$0].value }
    }

    /// The same response with one more field.
    public func adding(_ name: StaticString, _ value: String) -> Response {
        var copy = self
        copy.fields.append(Field(name, value))
        return copy
    }
}

/// The media types that the service sends, with their charset.
public struct ContentType: Sendable {
    public let text: String
    public init(_ text: String) { self.text = text }

    public static let json = ContentType("application/json; charset=utf-8")
    public static let problem = ContentType("application/problem+json; charset=utf-8")
    public static let html = ContentType("text/html; charset=utf-8")
    public static let plain = ContentType("text/plain; charset=utf-8")
    public static let css = ContentType("text/css; charset=utf-8")
    public static let javascript = ContentType("text/javascript; charset=utf-8")
    public static let svg = ContentType("image/svg+xml; charset=utf-8")
    public static let csv = ContentType("text/csv; charset=utf-8")
    public static let pdf = ContentType("application/pdf")
    public static let png = ContentType("image/png")
    public static let bytes = ContentType("application/octet-stream")
    public static let events = ContentType("text/event-stream; charset=utf-8")
    public static let metrics = ContentType("text/plain; version=0.0.4; charset=utf-8")
}

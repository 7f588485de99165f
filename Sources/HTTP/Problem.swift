public import JSON

/// A failure to show to the client (RFC 9457). Handlers throw it; one place renders it.
public struct Problem: Error, Sendable {
    /// One refused value.
    public struct Item: Sendable {
        /// Where it is: an RFC 6901 pointer into the body, or a parameter's name.
        public let pointer: String
        public let code: String
        /// In French.
        public let message: String
        public init(pointer: String, code: String, message: String) {
            (self.pointer, self.code, self.message) = (pointer, code, message)
        }
    }

    public let kind: ProblemKind
    /// What is particular to this case, in French; shown to the client.
    public var detail: String?
    public var items: [Item]
    /// Seconds to wait before another try.
    public var retryAfter: Int?
    public var fields: [Response.Field]
    /// What else the client is told, as further members of the problem.
    public var members: [JSONValue.Member] = []

    public init(
        _ kind: ProblemKind, _ detail: String? = nil, items: [Item] = [], retryAfter: Int? = nil,
        fields: [Response.Field] = []
    ) {
        (self.kind, self.detail, self.items, self.retryAfter) = (kind, detail, items, retryAfter)
        self.fields = fields
    }

    /// The path of the page that explains a kind.
    public static func page(of code: String) -> String { "/problems/\(code)" }

    /// `instance` is the request's path, `english` what the client prefers for the title.
    public func response(instance: String?, trace: String?, english: Bool = false) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.member("type", Self.page(of: kind.code))
            json.member("title", english ? kind.englishTitle : kind.title)
            json.member("status", Int(kind.status.code))
            json.member("code", kind.code)
            if let detail { json.member("detail", detail) }
            if let instance { json.member("instance", instance) }
            if let trace { json.member("trace_id", trace) }
            json.member("retryable", kind.isRetryable)
            for member in members {
                json.key(member.name)
                json.value(member.value)
            }
            guard !items.isEmpty else { return }
            json.key("errors")
            json.array { json in
                for item in items {
                    json.object { json in
                        json.member("pointer", item.pointer)
                        json.member("code", item.code)
                        json.member("message", item.message)
                    }
                }
            }
        }
        var response = Response(kind.status, .problem, json.finish())
        if let retryAfter { response.fields.append(.init("Retry-After", String(retryAfter))) }
        response.fields.append(contentsOf: fields)
        return response
    }
}

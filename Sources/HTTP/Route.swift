/// One row of the route table: what is asked, who may ask, what goes in and out, what it may cost, who answers.
/// Authorisation, limits, the OpenAPI document and the tests are all derived from these rows.
public final class Route: Sendable {
    public let method: Method
    public let path: PathTemplate
    public let access: Access
    public let assurance: Assurance
    public let documentation: Documentation
    public let parameters: [Parameter]
    public let input: Input?
    public let outputs: [Output]
    public let limits: Limits
    /// Which limit of the rate its requests count against.
    public let rate: RateClass
    /// Whether a machine with an API key may ask, within the key's permissions.
    public let admitsKeys: Bool
    /// Whether what it is about belongs to an office: for accounts of another one it does not exist (404).
    public let isOfficeScoped: Bool
    /// The event that the audit trail records when the route has acted.
    public let auditEvent: String?
    /// Left out of the access log: probes and the like.
    public let isQuiet: Bool
    public let handler: Handler

    public init(
        _ method: Method, _ path: PathTemplate, access: Access, assurance: Assurance = .complete,
        _ documentation: Documentation, parameters: [Parameter] = [], input: Input? = nil, outputs: [Output],
        limits: Limits = Limits(), rate: RateClass? = nil, admitsKeys: Bool = false, isOfficeScoped: Bool = false,
        auditEvent: String? = nil, isQuiet: Bool = false, handler: Handler
    ) {
        (self.method, self.path, self.access, self.documentation) = (method, path, access, documentation)
        self.assurance = assurance
        (self.parameters, self.input, self.outputs, self.limits) = (parameters, input, outputs, limits)
        self.rate = rate ?? (method == .get || method == .head ? .read : .decide)
        (self.admitsKeys, self.isOfficeScoped) = (admitsKeys, isOfficeScoped)
        (self.auditEvent, self.isQuiet, self.handler) = (auditEvent, isQuiet, handler)
    }

    /// Who answers. An error that is a `Problem` is shown to the client; any other becomes a 500 without detail.
    public enum Handler: Sendable {
        /// Runs on the event loop at once: it reads memory and never waits.
        case immediate(@Sendable (Request) throws -> Response)
        /// Runs as a task of the event loop: it may wait, but not block.
        case task(@Sendable (Request) async throws -> Response)
    }

    public struct Documentation: Sendable {
        /// Unique, in camelCase: the OpenAPI operation's id.
        public let operation: String
        public let tag: String
        /// One line, in French.
        public let summary: String
        /// Markdown, in French.
        public let details: String?
        public init(_ operation: String, tag: String, _ summary: String, details: String? = nil) {
            (self.operation, self.tag, self.summary, self.details) = (operation, tag, summary, details)
        }
    }

    /// A documented part of the path, the query or the header.
    public struct Parameter: Sendable {
        public enum Place: String, Sendable { case path, query, header }
        public let place: Place
        public let name: String
        public let schema: Schema
        public let isRequired: Bool
        public let description: String
        public init(
            _ place: Place, _ name: String, _ schema: Schema, required: Bool = false, _ description: String
        ) {
            (self.place, self.name, self.schema) = (place, name, schema)
            (self.isRequired, self.description) = (required || place == .path, description)
        }
    }

    /// The request's body.
    public struct Input: Sendable {
        public let mediaTypes: [String]
        public let schema: Schema
        public let delivery: Delivery
        public init(_ mediaTypes: [String] = ["application/json"], _ schema: Schema, delivery: Delivery = .whole) {
            (self.mediaTypes, self.schema, self.delivery) = (mediaTypes, schema, delivery)
        }
        /// Whether the handler starts with the whole body in memory or reads it as it comes.
        public enum Delivery: Sendable { case whole, streamed }
    }

    public struct Output: Sendable {
        public let status: Status
        public let mediaType: String?
        public let schema: Schema?
        public let description: String
        public init(_ status: Status, _ schema: Schema, _ description: String) {
            (self.status, mediaType, self.schema, self.description) = (status, "application/json", schema, description)
        }
        /// Something else than JSON; nil for no body at all.
        public init(_ status: Status, of mediaType: String?, _ description: String) {
            (self.status, self.mediaType, schema, self.description) = (status, mediaType, nil, description)
        }
    }

    public struct Limits: Sendable {
        /// Of the body, in bytes.
        public var body: Int
        /// From the complete request to the start of the response, in seconds.
        public var seconds: Int
        public init(body: Int = 1 << 20, seconds: Int = 30) { (self.body, self.seconds) = (body, seconds) }
    }
}

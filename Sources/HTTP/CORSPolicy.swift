/// Which other origins' pages may call this service (Fetch §3.2). Off unless origins are listed.
public struct CORSPolicy: Equatable, Sendable {
    /// What the policy looks at in a request.
    public struct Request: Sendable {
        public var origin: String
        /// Access-Control-Request-Method, which with OPTIONS makes the request a preflight.
        public var requestedMethod: String?
        /// Access-Control-Request-Headers
        public var requestedHeaders: String?

        public init(origin: String, requestedMethod: String? = nil, requestedHeaders: String? = nil) {
            (self.origin, self.requestedMethod, self.requestedHeaders) = (origin, requestedMethod, requestedHeaders)
        }
    }

    public let origins: Set<String>
    public let methods: [Method]
    /// In lower case.
    public let headers: [String]
    public let exposedHeaders: [String]
    public let maxAge: Int
    public let allowsCredentials: Bool

    /// Nil for an origin that is not `scheme://host[:port]` in lower case (so never `null`), for `*` with credentials,
    /// and for header names that are not tokens.
    public init?(
        origins: [String], methods: [Method] = [.get, .head, .post], headers: [String] = [],
        exposedHeaders: [String] = [], maxAge: Int = 600, allowsCredentials: Bool = false
    ) {
        guard origins.allSatisfy({ $0 == "*" || Self.isOrigin($0) }) else { return nil }
        guard !origins.contains("*") || !allowsCredentials else { return nil }
        let isToken = { (name: String) in
            !name.isEmpty && name.utf8.allSatisfy { ByteClasses.shared.contains($0, ByteClasses.token) }
        }
        guard (headers + exposedHeaders).allSatisfy(isToken) else { return nil }
        self.origins = Set(origins)
        self.methods = methods
        self.headers = headers.map { $0.lowercased() }
        self.exposedHeaders = exposedHeaders
        self.maxAge = max(0, maxAge)
        self.allowsCredentials = allowsCredentials
    }

    /// The fields to add to the answer. A refusal adds none that allows: the browser does the rest.
    public func fields(for request: Request) -> [Response.Field] {
        if origins.isEmpty { return [] }
        let isOpen = origins.contains("*")
        // A cache must not give one origin's answer to another.
        var fields: [Response.Field] = isOpen ? [] : [.init("Vary", "Origin")]
        // `null` is the origin of any sandboxed page: it names nobody.
        guard request.origin != "null", isOpen || origins.contains(request.origin) else { return fields }
        if let method = request.requestedMethod {
            let names = Self.elements(request.requestedHeaders ?? "")
            guard methods.contains(where: { $0.name.description == method }), names.allSatisfy(headers.contains) else {
                return fields
            }
            fields.append(
                .init("Access-Control-Allow-Methods", methods.map(\.name.description).joined(separator: ", ")))
            if !headers.isEmpty {
                fields.append(.init("Access-Control-Allow-Headers", headers.joined(separator: ", ")))
            }
            fields.append(.init("Access-Control-Max-Age", String(maxAge)))
        } else if !exposedHeaders.isEmpty {
            fields.append(.init("Access-Control-Expose-Headers", exposedHeaders.joined(separator: ", ")))
        }
        fields.append(.init("Access-Control-Allow-Origin", isOpen ? "*" : request.origin))
        if allowsCredentials { fields.append(.init("Access-Control-Allow-Credentials", "true")) }
        return fields
    }

    private static func elements(_ list: String) -> [String] {
        list.split(separator: ",").map { $0.lowercased().filter { $0 != " " && $0 != "\t" } }.filter { !$0.isEmpty }
    }

    private static func isOrigin(_ text: String) -> Bool {
        guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else { return false }
        let authority = Array(text.utf8.dropFirst(scheme.utf8.count))
        return text == text.lowercased()
            && authority.withUnsafeBufferPointer {
                guard let base = $0.baseAddress else { return false }
                return Authority.isValid(base, $0.count, ByteClasses.shared)
            }
    }
}

/// The methods that a route may answer; any other token is `other` and gets 405 or 501.
public enum Method: UInt8, Sendable, CaseIterable {
    case get, head, post, put, patch, delete, options, other

    public var name: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .other: "OTHER"
        }
    }
}

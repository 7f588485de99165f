/// A response's status code with its standard reason phrase (RFC 9110 §15).
public struct Status: Equatable, Hashable, Sendable {
    public let code: UInt16
    public let reason: StaticString

    private init(_ code: UInt16, _ reason: StaticString) { (self.code, self.reason) = (code, reason) }

    public static let `continue` = Status(100, "Continue")
    public static let ok = Status(200, "OK")
    public static let created = Status(201, "Created")
    public static let accepted = Status(202, "Accepted")
    public static let noContent = Status(204, "No Content")
    public static let partialContent = Status(206, "Partial Content")
    public static let seeOther = Status(303, "See Other")
    public static let notModified = Status(304, "Not Modified")
    public static let permanentRedirect = Status(308, "Permanent Redirect")
    public static let badRequest = Status(400, "Bad Request")
    public static let unauthorized = Status(401, "Unauthorized")
    public static let forbidden = Status(403, "Forbidden")
    public static let notFound = Status(404, "Not Found")
    public static let methodNotAllowed = Status(405, "Method Not Allowed")
    public static let notAcceptable = Status(406, "Not Acceptable")
    public static let requestTimeout = Status(408, "Request Timeout")
    public static let conflict = Status(409, "Conflict")
    public static let gone = Status(410, "Gone")
    public static let preconditionFailed = Status(412, "Precondition Failed")
    public static let contentTooLarge = Status(413, "Content Too Large")
    public static let uriTooLong = Status(414, "URI Too Long")
    public static let unsupportedMediaType = Status(415, "Unsupported Media Type")
    public static let rangeNotSatisfiable = Status(416, "Range Not Satisfiable")
    public static let expectationFailed = Status(417, "Expectation Failed")
    public static let misdirectedRequest = Status(421, "Misdirected Request")
    public static let unprocessableContent = Status(422, "Unprocessable Content")
    public static let locked = Status(423, "Locked")
    public static let preconditionRequired = Status(428, "Precondition Required")
    public static let tooManyRequests = Status(429, "Too Many Requests")
    public static let requestHeaderFieldsTooLarge = Status(431, "Request Header Fields Too Large")
    public static let internalServerError = Status(500, "Internal Server Error")
    public static let notImplemented = Status(501, "Not Implemented")
    public static let serviceUnavailable = Status(503, "Service Unavailable")
    public static let gatewayTimeout = Status(504, "Gateway Timeout")
    public static let versionNotSupported = Status(505, "HTTP Version Not Supported")
    public static let insufficientStorage = Status(507, "Insufficient Storage")

    public static func == (a: Status, b: Status) -> Bool { a.code == b.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }

    /// 1 to 5.
    public var family: Int { Int(code / 100) }

    /// RFC 9110 §6.4.1: after these a client reads the next answer at once, whatever follows.
    public var allowsBody: Bool { family > 1 && code != 204 && code != 304 }
}

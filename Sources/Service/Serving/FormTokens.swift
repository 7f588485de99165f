import Crypto
import HTTP
import Platform

/// Ties a form to the browser that was shown it: what another site's page posts does not have it.
struct FormTokens: Sendable {
    static let field = "jeton"
    private let keys: [[UInt8]]

    init(_ ring: KeyRing) { keys = ring.keys.map { HMAC.sha256("inspectia/formulaires".utf8, key: $0.seed).bytes } }

    /// For the forms of a session.
    func token(for session: UUIDv7) -> String { token("session\0\(session)", keys[0]) }
    /// For those who are not signed in, and whom a cookie tells apart.
    func token(forStep cookie: String) -> String { token("etape\0\(cookie)", keys[0]) }

    func isToken(_ given: String, for session: UUIDv7) -> Bool { isToken(given, "session\0\(session)") }
    func isToken(_ given: String, forStep cookie: String) -> Bool { isToken(given, "etape\0\(cookie)") }

    private func isToken(_ given: String, _ holder: String) -> Bool {
        keys.contains { equalInConstantTime(Array(token(holder, $0).utf8), Array(given.utf8)) }
    }

    private func token(_ holder: String, _ key: [UInt8]) -> String {
        Base64.url.encode(HMAC.sha256(holder.utf8, key: key).bytes)
    }
}

/// A form as a page's `<form method="post">` sends it.
struct Form {
    static let mediaType = "application/x-www-form-urlencoded"
    private let body: FormBody

    /// - Parameter names: The fields that the form has, besides its token.
    init(_ request: Request, _ names: [String]) throws {
        let isForm = request.withHeader("content-type") { field in
            field.flatMap { try? MediaType($0) }?.isSame(as: MediaType("application", "x-www-form-urlencoded")) ?? false
        }
        guard isForm else { throw Problem(.unsupportedMediaType) }
        guard case .bytes(let bytes) = request.body else { throw Problem(.malformedRequest, "Le corps est vide.") }
        body = try FormBody(bytes[...])
        for name in try body.names where name != FormTokens.field && !names.contains(name) {
            throw Problem(
                .validationFailed,
                items: [.init(pointer: name, code: "unknown_field", message: "Ce champ n'existe pas.")])
        }
    }

    /// Empty when it is not there.
    func text(_ name: String) throws(ParseError) -> String { try body.single(name) ?? "" }
}

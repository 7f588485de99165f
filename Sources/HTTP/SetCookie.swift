/// A cookie to give to the client (RFC 6265 §4.1 and the prefixes of its successor).
public struct SetCookie: Equatable, Sendable {
    public enum SameSite: String, Sendable {
        case strict = "Strict"
        case lax = "Lax"
        case none = "None"
    }

    /// The value of the Set-Cookie field.
    public let text: String

    /// Nil when a name, value or path cannot stand in a cookie, or when a rule that browsers enforce is broken: they
    /// would drop the cookie without a word. `__Host-` asks for Secure, the path "/" and no domain; `__Secure-` and
    /// SameSite=None ask for Secure.
    ///
    /// - Parameter maxAge: In seconds; 0 deletes the cookie, nil keeps it until the browser ends.
    public init?(
        _ name: String, _ value: String, maxAge: Int? = nil, path: String = "/", domain: String? = nil,
        isSecure: Bool = true, isHTTPOnly: Bool = true, sameSite: SameSite = .strict
    ) {
        let isToken = !name.isEmpty && name.utf8.allSatisfy { ByteClasses.shared.contains($0, ByteClasses.token) }
        guard isToken, value.utf8.allSatisfy(Cookies.isValueByte) else { return nil }
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.allSatisfy({ $0 > 0x1f && $0 < 0x7f && $0 != 0x3b })
        else { return nil }
        if let domain {
            let isName = domain.utf8.allSatisfy { ByteClasses.shared.contains($0, ByteClasses.unreserved) }
            guard isName, !domain.isEmpty else { return nil }
        }
        // Browsers match the prefixes without case.
        let lowercasedName = name.lowercased()
        if lowercasedName.hasPrefix("__host-") { guard isSecure, path == "/", domain == nil else { return nil } }
        if lowercasedName.hasPrefix("__secure-") || sameSite == .none { guard isSecure else { return nil } }
        var text = "\(name)=\(value); Path=\(path)"
        if let domain { text += "; Domain=\(domain)" }
        if let maxAge { text += "; Max-Age=\(max(0, maxAge))" }
        if isSecure { text += "; Secure" }
        if isHTTPOnly { text += "; HttpOnly" }
        self.text = text + "; SameSite=\(sameSite.rawValue)"
    }
}

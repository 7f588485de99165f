/// Why something secret, signed or hashed was not accepted. It says what, never which byte.
public enum CryptoError: String, Error, Sendable {
    /// The text is not in its form: base64, PHC string, token.
    case malformed
    /// A key has not the length that its algorithm needs.
    case badKey = "bad_key"
    /// The signature or the tag does not belong to the data.
    case notAuthentic = "not_authentic"
    /// The library refused, for want of memory.
    case unavailable
}

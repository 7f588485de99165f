import JSON

/// A JSON Web Signature in compact form, with the one algorithm that there is here: EdDSA over Ed25519.
///
/// RFC 8725 to the letter: the header says `EdDSA`, the type expected and a key that is known, and nothing else; no
/// member steers the verification.
public enum SignedToken {
    /// Beyond it a token is not even looked at.
    public static let largest = 8192

    public static func make(payload: [UInt8], type: String, keyID: String, key: SigningKey) -> String {
        var header = JSONWriter()
        header.object { header in
            header.member("alg", "EdDSA")
            header.member("typ", type)
            header.member("kid", keyID)
        }
        let signed = Base64.url.encode(header.finish()) + "." + Base64.url.encode(payload)
        return signed + "." + Base64.url.encode(key.sign(Array(signed.utf8)))
    }

    /// The payload of a token whose signature one of the keys made. Claims are for the caller to check.
    public static func verify(
        _ token: [UInt8], type: String, key: (_ keyID: String) -> VerifyingKey?
    ) throws(CryptoError) -> [UInt8] {
        guard token.count <= largest else { throw .malformed }
        let parts = token.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64.url.decode(parts[0]), let payload = Base64.url.decode(parts[1]),
            let signature = Base64.url.decode(parts[2]), !payload.isEmpty
        else { throw .malformed }
        guard let header = try? Header(parsing: header), header.alg == "EdDSA", header.typ == type,
            let key = key(header.kid),
            key.isSignature(signature, of: Array(token[..<(parts[2].startIndex - 1)]))
        else { throw .notAuthentic }
        return payload
    }

    private struct Header: JSONReadable {
        var (alg, typ, kid) = ("", "", "")

        init(json reader: inout JSONReader) throws(JSONError) {
            try reader.object { key, reader throws(JSONError) in
                switch key {
                case "alg": alg = try reader.string()
                case "typ": typ = try reader.string()
                case "kid": kid = try reader.string()
                default: throw reader.unknownMember(key)
                }
            }
        }
    }
}

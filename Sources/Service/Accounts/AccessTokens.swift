import Crypto
import JSON
import Platform

/// How somebody has shown who they are; tokens say it in `acr`.
enum Proof: String, Sendable {
    case password = "mot_de_passe"
    case twoFactors = "deux_facteurs"
    /// Whoever holds the data directory issued the token.
    case machine
}

/// What an access token says.
struct AccessClaims: Sendable, Equatable {
    let user: UUIDv7
    let username: String
    let role: Role
    let bureau: String?
    let session: UUIDv7
    let proof: Proof
    /// When the proof was given. Like the others, in seconds since 1970.
    let authenticated: Int64
    let issued: Int64
    let expires: Int64
}

/// Access tokens: JSON Web Tokens that say who asks for ten minutes, checked without asking the database.
struct AccessTokens: Sendable {
    /// What a token is for: one kind never stands for the other.
    enum Kind: String, Sendable {
        case access = "at+jwt"
        /// In a browser's cookie.
        case browser = "session+jwt"
    }

    static let lifetime: Int64 = 600
    /// Of a token that the command line makes; what ended is remembered for longer than this.
    static let longest: Int64 = 3600

    private static let issuer = "inspectia"
    /// Clocks of two instances may differ by so many seconds.
    private static let leeway: Int64 = 5

    let keys: KeyRing

    func make(_ claims: AccessClaims, permissions: [String], kind: Kind = .access) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("iss", Self.issuer)
            json.member("aud", Self.issuer)
            json.member("sub", claims.user.description)
            json.member("sid", claims.session.description)
            json.member("name", claims.username)
            json.member("role", claims.role.rawValue)
            json.member("bureau", ifPresent: claims.bureau)
            json.member("permissions", permissions)
            json.member("acr", claims.proof.rawValue)
            json.member("auth_time", claims.authenticated)
            json.member("iat", claims.issued)
            json.member("nbf", claims.issued)
            json.member("exp", claims.expires)
        }
        return SignedToken.make(
            payload: json.finish(), type: kind.rawValue, keyID: keys.current.identifier, key: keys.current.pair)
    }

    /// Nil for everything that is not a token of ours, for us, now.
    func claims(of token: [UInt8], kind: Kind = .access, now: Int64) -> AccessClaims? {
        guard let payload = try? SignedToken.verify(token, type: kind.rawValue, key: keys.verifyingKey),
            let read = try? Payload(parsing: payload), read.iss == Self.issuer, read.aud == Self.issuer,
            let user = UUIDv7(read.sub), let session = UUIDv7(read.sid), let role = Role(rawValue: read.role),
            let proof = Proof(rawValue: read.acr),
            let authenticated = read.authenticated, let issued = read.iat, let start = read.nbf, let expires = read.exp,
            start <= now + Self.leeway, expires > now, expires - issued <= Self.longest
        else { return nil }
        return AccessClaims(
            user: user, username: read.name, role: role, bureau: read.bureau, session: session, proof: proof,
            authenticated: authenticated, issued: issued, expires: expires)
    }

    private struct Payload: JSONReadable {
        var (iss, aud, sub, sid, name, role, acr) = ("", "", "", "", "", "", "")
        var bureau: String?
        var (authenticated, iat, nbf, exp): (Int64?, Int64?, Int64?, Int64?) = (nil, nil, nil, nil)

        init(json reader: inout JSONReader) throws(JSONError) {
            try reader.object { key, reader throws(JSONError) in
                switch key {
                case "iss": iss = try reader.string()
                case "aud": aud = try reader.string()
                case "sub": sub = try reader.string()
                case "sid": sid = try reader.string()
                case "name": name = try reader.string()
                case "role": role = try reader.string()
                case "bureau": bureau = try reader.string()
                case "acr": acr = try reader.string()
                case "auth_time": authenticated = try reader.integer(as: Int64.self)
                case "iat": iat = try reader.integer(as: Int64.self)
                case "nbf": nbf = try reader.integer(as: Int64.self)
                case "exp": exp = try reader.integer(as: Int64.self)
                // For clients: what may be done follows from the role.
                case "permissions": try reader.skip()
                default: throw reader.unknownMember(key)
                }
            }
        }
    }
}

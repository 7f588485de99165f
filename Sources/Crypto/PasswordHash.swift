import CArgon2
import Platform

/// A password's argon2id hash (RFC 9106) with all that is needed to check it, as a PHC string:
/// `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
public struct PasswordHash: Sendable, Equatable {
    /// What a hash costs: the more, the longer guessing takes for whoever steals it.
    public struct Cost: Sendable, Equatable {
        public var kibibytes: UInt32
        public var passes: UInt32
        public init(kibibytes: UInt32, passes: UInt32) { (self.kibibytes, self.passes) = (kibibytes, passes) }

        /// OWASP's least: about 20 ms and 19 MiB.
        public static let standard = Cost(kibibytes: 19456, passes: 2)
    }

    public let cost: Cost
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// Hashes a password. It takes tens of milliseconds and the memory that it costs: never on a loop.
    public init(_ password: [UInt8], cost: Cost = .standard) throws(CryptoError) {
        try self.init(password, cost: cost, salt: SecureRandom.bytes(16))
    }

    init(_ password: [UInt8], cost: Cost, salt: [UInt8]) throws(CryptoError) {
        (self.cost, self.salt) = (cost, salt)
        hash = try Self.compute(password, cost: cost, salt: salt, count: 32)
    }

    /// Reads a PHC string; costs beyond what a server could bear are refused as malformed.
    public init(_ text: String) throws(CryptoError) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].isEmpty, parts[1] == "argon2id", parts[2] == "v=19",
            let cost = Self.cost(parts[3]), let salt = Base64.unpadded.decode(parts[4]),
            let hash = Base64.unpadded.decode(parts[5]), 8...64 ~= salt.count, 16...64 ~= hash.count
        else { throw .malformed }
        (self.cost, self.salt, self.hash) = (cost, salt, hash)
    }

    public var text: String {
        "$argon2id$v=19$m=\(cost.kibibytes),t=\(cost.passes),p=1"
            + "$\(Base64.unpadded.encode(salt))$\(Base64.unpadded.encode(hash))"
    }

    /// Costs as much as making the hash did.
    public func matches(_ password: [UInt8]) throws(CryptoError) -> Bool {
        let candidate = try Self.compute(password, cost: cost, salt: salt, count: hash.count)
        return equalInConstantTime(candidate, hash)
    }

    private static func cost(_ text: Substring) -> Cost? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].hasPrefix("m="), parts[1].hasPrefix("t="), parts[2] == "p=1",
            let kibibytes = UInt32(parts[0].dropFirst(2)), let passes = UInt32(parts[1].dropFirst(2)),
            8...1_048_576 ~= kibibytes, 1...64 ~= passes
        else { return nil }
        return Cost(kibibytes: kibibytes, passes: passes)
    }

    private static func compute(
        _ password: [UInt8], cost: Cost, salt: [UInt8], count: Int
    ) throws(CryptoError) -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: count)
        let result = argon2id_hash_raw(
            cost.passes, cost.kibibytes, 1, password, password.count, salt, salt.count, &hash, count)
        guard result == ARGON2_OK.rawValue else { throw .unavailable }
        return hash
    }
}

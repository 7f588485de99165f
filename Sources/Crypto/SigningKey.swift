import COpenSSL
import Platform

/// An Ed25519 key that signs (RFC 8032).
public final class SigningKey: @unchecked Sendable {
    // OpenSSL's keys are immutable once made, and used by many threads at once.
    private let key: OpaquePointer
    public let publicKey: VerifyingKey

    public convenience init() { try! self.init(seed: SecureRandom.bytes(32)) }

    /// The same seed, the same key.
    public init(seed: [UInt8]) throws(CryptoError) {
        guard seed.count == 32, let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, 32) else {
            throw .badKey
        }
        self.key = key
        var (bytes, count) = ([UInt8](repeating: 0, count: 32), 32)
        EVP_PKEY_get_raw_public_key(key, &bytes, &count)
        publicKey = try VerifyingKey(bytes)
    }
    deinit { EVP_PKEY_free(key) }

    public func sign(_ message: [UInt8]) -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var (signature, count) = ([UInt8](repeating: 0, count: 64), 64)
        let worked =
            EVP_DigestSignInit(context, nil, nil, nil, key) == 1
            && EVP_DigestSign(context, &signature, &count, message, message.count) == 1
        precondition(worked && count == 64, "Ed25519 failed")
        return signature
    }
}

/// An Ed25519 key that tells whether a signature is its owner's.
public final class VerifyingKey: @unchecked Sendable {
    private let key: OpaquePointer
    public let bytes: [UInt8]

    public init(_ bytes: [UInt8]) throws(CryptoError) {
        guard bytes.count == 32, let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, 32) else {
            throw .badKey
        }
        (self.key, self.bytes) = (key, bytes)
    }
    deinit { EVP_PKEY_free(key) }

    public func isSignature(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}

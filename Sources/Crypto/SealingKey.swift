import COpenSSL
import Platform

/// A key that seals bytes with AES-256-GCM: nobody reads them without it, nor changes them unnoticed, nor moves them to
/// where they do not belong.
///
/// A nonce is 96 random bits; a key may therefore seal 2³² times (NIST SP 800-38D), which its owner counts.
public struct SealingKey: Sendable {
    public static let byteCount = 32
    static let nonceCount = 12
    static let tagCount = 16

    private let key: [UInt8]

    public init() { key = SecureRandom.bytes(Self.byteCount) }
    public init(_ bytes: [UInt8]) throws(CryptoError) {
        guard bytes.count == Self.byteCount else { throw .badKey }
        key = bytes
    }

    /// What a keeper of keys writes down.
    public var bytes: [UInt8] { key }

    /// Nonce, sealed bytes and tag. `context` says where they belong (table, column, row, version of the key).
    public func seal(_ plain: [UInt8], context: [UInt8]) -> [UInt8] {
        seal(plain, context: context, nonce: SecureRandom.bytes(Self.nonceCount))
    }

    /// With a nonce of the caller's, who never gives one twice: for tests against known answers.
    func seal(_ plain: [UInt8], context: [UInt8], nonce: [UInt8]) -> [UInt8] {
        let cipher = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(cipher) }
        var done: Int32 = 0
        var tag = [UInt8](repeating: 0, count: Self.tagCount)
        var sealed = [UInt8](repeating: 0, count: plain.count)
        let worked =
            EVP_EncryptInit_ex2(cipher, EVP_aes_256_gcm(), key, nonce, nil) == 1
            && EVP_EncryptUpdate(cipher, nil, &done, context, Int32(context.count)) == 1
            && EVP_EncryptUpdate(cipher, &sealed, &done, plain, Int32(plain.count)) == 1
            && EVP_EncryptFinal_ex(cipher, nil, &done) == 1
            && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagCount), &tag) == 1
        precondition(worked, "AES-256-GCM failed")
        return nonce + sealed + tag
    }

    public func open(_ sealed: [UInt8], context: [UInt8]) throws(CryptoError) -> [UInt8] {
        let plainCount = sealed.count - Self.nonceCount - Self.tagCount
        guard plainCount >= 0 else { throw .notAuthentic }
        let cipher = EVP_CIPHER_CTX_new()
        defer { EVP_CIPHER_CTX_free(cipher) }
        var done: Int32 = 0
        var tag = Array(sealed.suffix(Self.tagCount))
        let body = Array(sealed[Self.nonceCount..<Self.nonceCount + plainCount])
        var plain = [UInt8](repeating: 0, count: plainCount)
        let isAuthentic =
            EVP_DecryptInit_ex2(cipher, EVP_aes_256_gcm(), key, sealed, nil) == 1
            && EVP_DecryptUpdate(cipher, nil, &done, context, Int32(context.count)) == 1
            && EVP_DecryptUpdate(cipher, &plain, &done, body, Int32(body.count)) == 1
            && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagCount), &tag) == 1
            && EVP_DecryptFinal_ex(cipher, nil, &done) == 1
        guard isAuthentic else { throw .notAuthentic }
        return plain
    }
}

import COpenSSL

/// Keyed hashes (RFC 2104).
public enum HMAC {
    public static func sha256(_ bytes: some Sequence<UInt8>, key: [UInt8]) -> Digest {
        Digest { value in
            let message = Array(bytes)
            COpenSSL.HMAC(
                EVP_sha256(), key, Int32(key.count), message, message.count,
                value.baseAddress!.assumingMemoryBound(to: UInt8.self), nil)
        }
    }

    /// What one-time passwords are made of, and nothing else.
    static func sha1(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 20) { value, count in
            COpenSSL.HMAC(EVP_sha1(), key, Int32(key.count), bytes, bytes.count, value.baseAddress, nil)
            count = 20
        }
    }
}

/// Whether two secrets are equal, in a time that does not tell where they differ.
public func equalInConstantTime(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
}

import COpenSSL

extension TLSIdentity {
    /// The key, encrypted; nil when OpenSSL does not want to.
    public func key(lockedWith passphrase: String) -> [UInt8]? {
        guard let open = BIO_new_mem_buf(key, Int32(key.count)), let locked = BIO_new(BIO_s_mem()) else { return nil }
        defer {
            BIO_free(open)
            BIO_free(locked)
        }
        guard let pair = PEM_read_bio_PrivateKey(open, nil, nil, nil) else { return nil }
        defer { EVP_PKEY_free(pair) }
        let secret = Array(passphrase.utf8)
        let code = PEM_write_bio_PrivateKey(locked, pair, EVP_aes_256_cbc(), secret, Int32(secret.count), nil, nil)
        guard code == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = BIO_read(locked, &bytes, Int32(bytes.count))
        return Array(bytes.prefix(max(0, Int(count))))
    }
}

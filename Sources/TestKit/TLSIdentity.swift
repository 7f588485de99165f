import COpenSSL

/// A certificate that signs itself, with its key, in PEM.
public struct TLSIdentity: Sendable {
    public let certificate: [UInt8]
    public let key: [UInt8]

    public init(serialNumber: Int) throws(TLSFailure) {
        guard let pair = Self.makeKey(), let certificate = X509_new() else {
            throw TLSFailure(call: "EVP_PKEY_generate")
        }
        defer {
            EVP_PKEY_free(pair)
            X509_free(certificate)
        }
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), serialNumber)
        X509_gmtime_adj(X509_getm_notBefore(certificate), -3600)
        X509_gmtime_adj(X509_getm_notAfter(certificate), 30 * 86_400)
        X509_set_pubkey(certificate, pair)
        let name = X509_get_subject_name(certificate)
        X509_NAME_add_entry_by_txt(name, "CN", 0x1000 | 1, "localhost", -1, -1, 0)
        X509_set_issuer_name(certificate, name)
        guard X509_sign(certificate, pair, EVP_sha256()) > 0 else { throw TLSFailure(call: "X509_sign") }
        self.certificate = try Self.text { PEM_write_bio_X509($0, certificate) }
        key = try Self.text { PEM_write_bio_PrivateKey($0, pair, nil, nil, 0, nil, nil) }
    }

    private static func makeKey() -> OpaquePointer? {
        guard let context = EVP_PKEY_CTX_new_from_name(nil, "EC", nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var pair: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_group_name(context, "P-256") == 1,
            EVP_PKEY_generate(context, &pair) == 1
        else { return nil }
        return pair
    }

    private static func text(_ write: (OpaquePointer) -> Int32) throws(TLSFailure) -> [UInt8] {
        guard let memory = BIO_new(BIO_s_mem()) else { throw TLSFailure(call: "BIO_new") }
        defer { BIO_free(memory) }
        guard write(memory) == 1 else { throw TLSFailure(call: "PEM_write_bio") }
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = BIO_read(memory, &bytes, Int32(bytes.count))
        return Array(bytes.prefix(max(0, Int(count))))
    }
}

/// A call of OpenSSL that did not do what a test needs.
public struct TLSFailure: Error {
    public let call: String
}

import COpenSSL
import Platform
import TestKit
import Testing

/// A certificate for `localhost`, signed by itself, with its key, in PEM.
struct TestCertificate {
    let path: String
    let keyPath: String

    /// A negative duration: it has expired that long ago.
    init(in directory: TemporaryDirectory, validFor validity: Duration) throws {
        let key = try Self.makeKey()
        defer { EVP_PKEY_free(key) }
        let certificate = try #require(X509_new())
        defer { X509_free(certificate) }
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1)
        X509_gmtime_adj(X509_getm_notBefore(certificate), -30 * 86_400)
        X509_gmtime_adj(X509_getm_notAfter(certificate), Int(validity.components.seconds))
        X509_set_pubkey(certificate, key)
        let name = X509_get_subject_name(certificate)
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, Array("localhost".utf8), -1, -1, 0)
        X509_set_issuer_name(certificate, name)
        // The Ed25519 signature brings its own digest.
        try #require(X509_sign(certificate, key, nil) > 0)
        path = try directory.file("cert.pem", Self.pem { PEM_write_bio_X509($0, certificate) })
        keyPath = try directory.file("key.pem", Self.pem { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) })
    }

    private static func makeKey() throws -> OpaquePointer {
        let context = try #require(EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil))
        defer { EVP_PKEY_CTX_free(context) }
        try #require(EVP_PKEY_keygen_init(context) == 1)
        var key: OpaquePointer?
        try #require(EVP_PKEY_keygen(context, &key) == 1)
        return try #require(key)
    }

    private static func pem(_ write: (OpaquePointer?) -> Int32) throws -> [UInt8] {
        let memory = try #require(BIO_new(BIO_s_mem()))
        defer { BIO_free(memory) }
        try #require(write(memory) == 1)
        return [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
            count = Int(max(0, BIO_read(memory, buffer.baseAddress, Int32(buffer.count))))
        }
    }
}

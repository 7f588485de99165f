import COpenSSL

/// SHA-256 over bytes that come in pieces.
public struct SHA256: ~Copyable {
    /// Fetched once: asking OpenSSL by name each time costs more than hashing a line.
    nonisolated(unsafe) private static let algorithm = EVP_MD_fetch(nil, "SHA256", nil)
    private let context = EVP_MD_CTX_new()

    public init() { reset() }
    deinit { EVP_MD_CTX_free(context) }

    public func update(_ bytes: UnsafeRawBufferPointer) { EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }
    public func update(_ bytes: some Sequence<UInt8>) {
        if bytes.withContiguousStorageIfAvailable({ update(UnsafeRawBufferPointer($0)) }) == nil {
            update(Array(bytes))
        }
    }

    /// The value, ready to begin anew.
    public func finish() -> Digest {
        defer { reset() }
        return Digest { EVP_DigestFinal_ex(context, $0.baseAddress!.assumingMemoryBound(to: UInt8.self), nil) }
    }

    public static func hash(_ bytes: some Sequence<UInt8>) -> Digest {
        let hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }

    private func reset() { precondition(EVP_DigestInit_ex2(context, Self.algorithm, nil) == 1, "no SHA-256") }
}

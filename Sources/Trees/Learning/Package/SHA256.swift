import COpenSSL

/// The fingerprint of bytes: OpenSSL's SHA-256.
public struct SHA256: ~Copyable {
    private let context: OpaquePointer?

    public init() {
        context = EVP_MD_CTX_new()
        let isReady = EVP_DigestInit_ex(context, EVP_sha256(), nil)
        // Without memory for a hundred bytes nothing else works either.
        precondition(isReady == 1, "SHA-256 is part of every OpenSSL")
    }

    deinit { EVP_MD_CTX_free(context) }

    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }
    public mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0) } }
    /// A text and where it ends.
    public mutating func add(_ text: String) {
        add(UInt64(text.utf8.count))
        add(Array(text.utf8))
    }
    public mutating func add(_ number: UInt64) { withUnsafeBytes(of: number.littleEndian) { add($0) } }

    /// 64 hexadecimal digits.
    public consuming func finish() -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        EVP_DigestFinal_ex(context, &digest, nil)
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    public static func of(_ bytes: [UInt8]) -> String {
        var hash = SHA256()
        hash.add(bytes)
        return hash.finish()
    }
}

extension TrainingTable {
    /// Of all that a training can see: the same rows give the same one, whatever file they came in.
    public var fingerprint: String {
        var hash = SHA256()
        hash.add(UInt64(count))
        for column in columns {
            hash.add(column.name)
            switch column.values {
            case .numbers(let numbers): numbers.withUnsafeBytes { hash.add($0) }
            case .categories(let codes, let levels):
                for level in levels { hash.add(level) }
                codes.withUnsafeBytes { hash.add($0) }
            }
        }
        hash.add(labels.map { $0 ? 1 : 0 })
        weights.withUnsafeBytes { hash.add($0) }
        days.withUnsafeBytes { hash.add($0) }
        knownDays.withUnsafeBytes { hash.add($0) }
        for provenance in provenances { hash.add(provenance.rawValue) }
        return hash.finish()
    }
}

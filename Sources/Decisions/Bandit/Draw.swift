public import Crypto

/// The secret of an epoch, from which every draw is made: nobody outside can foresee one, and whoever is given the key
/// after its epoch can do them all again. Its hash stands in the audit trail from the first day.
public struct DrawKey: Sendable {
    public let epoch: Int
    private let bytes: [UInt8]

    /// 32 bytes from a source of secrets.
    public init(epoch: Int, bytes: [UInt8]) throws(DecisionError) {
        guard epoch > 0, bytes.count == 32 else {
            throw DecisionError(.badKey, "une clé de tirage a un numéro d’époque et 32 octets")
        }
        (self.epoch, self.bytes) = (epoch, bytes)
    }

    /// What is published while the key is secret.
    public var commitment: Digest { SHA256.hash(Array("inspectia-tirage-\(epoch):".utf8) + bytes) }

    /// The draw of a declaration under a version of the policy: always the same, however often it is submitted.
    public func draw(_ fingerprint: Digest, policy version: String) -> Draw {
        let mac = code(fingerprint, Array(version.utf8))
        return mac.withUnsafeBytes {
            Draw(
                epoch: epoch, choice: Self.unit($0, at: 0), stratum: Self.unit($0, at: 8), key: self,
                fingerprint: fingerprint)
        }
    }

    /// For a criterion that falls on a share of declarations: of its own, whatever the policy. A policy's version never
    /// begins with a zero byte.
    fileprivate func unit(_ fingerprint: Digest, criterion: String) -> Double {
        code(fingerprint, [0] + Array(criterion.utf8)).withUnsafeBytes { Self.unit($0, at: 0) }
    }

    private func code(_ fingerprint: Digest, _ text: [UInt8]) -> Digest {
        var message: [UInt8] = []
        message.reserveCapacity(Digest.byteCount + text.count)
        fingerprint.withUnsafeBytes { message.append(contentsOf: $0) }
        message.append(contentsOf: text)
        return HMAC.sha256(message, key: bytes)
    }

    /// 53 bits of the code, in [0, 1).
    private static func unit(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Double {
        let word = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        return Double(word >> 11) * 0x1p-53
    }
}

/// The random numbers of one declaration.
public struct Draw: Sendable {
    public let epoch: Int
    /// Chooses the lane.
    public let choice: Double
    /// Chooses the random stratum.
    public let stratum: Double
    private let key: DrawKey
    private let fingerprint: Digest

    fileprivate init(epoch: Int, choice: Double, stratum: Double, key: DrawKey, fingerprint: Digest) {
        (self.epoch, self.choice, self.stratum) = (epoch, choice, stratum)
        (self.key, self.fingerprint) = (key, fingerprint)
    }

    func unit(for criterion: String) -> Double { key.unit(fingerprint, criterion: criterion) }
}

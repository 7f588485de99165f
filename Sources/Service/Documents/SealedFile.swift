import Crypto
import Glibc
import Platform
import Reading

/// A file that was sent, as it lies on disk: how it is made (1), then pieces, each sealed with a key of the content's own,
/// for its place and for being the last or not, so that a file that was cut or put together otherwise does not open.
enum SealedFile {
    private static let pieceBytes = 1 << 20
    /// Nonce and tag.
    private static let addedBytes = 28

    /// Writes it durably; what lies there already under the content's hash stays, unless another database's key sealed it.
    /// Blocks.
    static func write(
        _ plain: DocumentBytes, to path: String, of content: Digest, _ key: UseKey, by way: String
    ) throws {
        if let known = try? Reader(path, of: content, key), (try? known.next()) != nil { return }
        let seal = try Seal(content, key)
        let file = try StoredUpload(in: way)
        try file.append([form])
        var pending: [UInt8] = []
        var index = 0
        func put(_ piece: [UInt8], isLast: Bool) throws {
            try file.append(seal.key.seal(piece, context: seal.context(index, isLast)))
            index += 1
        }
        var failure: (any Error)?
        try plain.forEachPiece { bytes in
            guard failure == nil else { return }
            pending.append(contentsOf: bytes)
            do {
                // The last piece is never empty, but for an empty file's.
                while pending.count > pieceBytes {
                    try put(Array(pending[..<pieceBytes]), isLast: false)
                    pending.removeFirst(pieceBytes)
                }
            } catch { failure = error }
        }
        if let failure { throw failure }
        try put(pending, isLast: true)
        try file.close()
        try File.createDirectory(directory(of: path))
        try file.keep(as: path)
    }

    private static func directory(of path: String) -> String {
        String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }

    private static let form: UInt8 = 1

    private struct Seal {
        let key: SealingKey
        private let place: String

        init(_ content: Digest, _ key: UseKey) throws(CryptoError) {
            place = "documents|fichier|\(content.hexadecimal)"
            self.key = try key.key(of: place)
        }

        func context(_ index: Int, _ isLast: Bool) -> [UInt8] {
            Array("\(place)|\(index)|\(isLast ? 1 : 0)|\(form)".utf8)
        }
    }

    /// Reads it piece by piece. Blocks; used by one at a time.
    final class Reader: @unchecked Sendable {  // whoever reads awaits each piece before the next
        private let descriptor: Int32
        private let size: Int
        private let seal: Seal
        private var offset: Int
        private var index = 0

        init(_ path: String, of content: Digest, _ key: UseKey) throws {
            let seal = try Seal(content, key)
            descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { throw FileError("open", path, errno: errno) }
            var status = stat()
            guard fstat(descriptor, &status) == 0 else {
                let error = FileError("fstat", path, errno: errno)
                Glibc.close(descriptor)
                throw error
            }
            (size, offset) = (Int(status.st_size), 1)
            do {
                guard try Self.read(descriptor, at: 0, count: 1) == [form] else { throw CryptoError.notAuthentic }
            } catch {
                Glibc.close(descriptor)
                throw error
            }
            // Last: what is whole is closed by its end, and may not be closed twice.
            self.seal = seal
        }

        deinit { Glibc.close(descriptor) }

        /// Nil at the end.
        func next() throws -> [UInt8]? {
            // Even an empty file has one piece.
            guard offset < size || index == 0 else { return nil }
            let count = min(pieceBytes + addedBytes, size - offset)
            let isLast = offset + count == size
            let sealed = try Self.read(descriptor, at: offset, count: count)
            let piece = try seal.key.open(sealed, context: seal.context(index, isLast))
            (offset, index) = (offset + count, index + 1)
            return piece
        }

        private static func read(_ descriptor: Int32, at offset: Int, count: Int) throws -> [UInt8] {
            try [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, filled in
                while filled < count {
                    let got = pread(
                        descriptor, buffer.baseAddress! + filled, count - filled, offset + filled)
                    if got < 0, errno == EINTR { continue }
                    guard got > 0 else { throw CryptoError.notAuthentic }
                    filled += got
                }
            }
        }
    }
}

extension StoredUpload {
    fileprivate func append(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try append($0) } }
}

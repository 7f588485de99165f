import Glibc
import HTTP
import Platform

/// A file on disk as an answer: by ranges when they are asked for, read on the worker pool piece by piece.
struct FileResponse: Sendable {
    let path: String
    let type: ContentType
    let pool: WorkerPool

    private static let pieceSize = 128 << 10

    /// Throws a 404 when the file is not there.
    func response(to request: Request) async throws -> Response {
        let file = try await pool.run { [path] in try OpenFile(path) }
        let tag = file.entityTag
        let common: [Response.Field] = [
            .init("Content-Type", type.text), .init("ETag", tag.description),
            .init("Last-Modified", HTTPDate.text(file.modified)), .init("Accept-Ranges", "bytes"),
        ]
        let verdict: Preconditions.Verdict
        do throws(ParseError) {
            verdict = try request.withPreconditions {
                $0.evaluate(request.method, etag: tag, lastModified: file.modified)
            }
        } catch { throw Problem(error) }
        switch verdict {
        case .failed: throw Problem(.preconditionFailed)
        case .notModified: return Response(.notModified, fields: Array(common.dropFirst()))
        case .proceed: break
        }
        let range = range(request, file, tag)
        switch range {
        case .whole: return Response(.ok, fields: common, body: stream(file, 0..<file.size))
        case .part(let part):
            let field = Response.Field("Content-Range", range.contentRange(size: file.size) ?? "")
            return Response(.partialContent, fields: common + [field], body: stream(file, part))
        case .unsatisfiable:
            let field = Response.Field("Content-Range", range.contentRange(size: file.size) ?? "")
            throw Problem(.rangeNotSatisfiable, fields: [field])
        }
    }

    private func range(_ request: Request, _ file: OpenFile, _ tag: EntityTag) -> ByteRange {
        guard request.method == .get else { return .whole }
        let applies = request.withHeader("if-range") { field in
            field.map { Preconditions.rangeApplies(ifRange: $0, etag: tag, lastModified: file.modified) } ?? true
        }
        guard applies else { return .whole }
        return request.withHeader("range") { $0.map { ByteRange($0, size: file.size) } ?? .whole }
    }

    private func stream(_ file: OpenFile, _ range: Range<Int>) -> Response.Body {
        .stream(length: range.count) { [pool] sink in
            var at = range.lowerBound
            while at < range.upperBound {
                let start = at
                let piece = try await pool.run {
                    try file.read(at: start, atMost: min(Self.pieceSize, range.upperBound - start))
                }
                // A file that has become shorter ends the stream early: the client sees that it is cut.
                guard !piece.isEmpty else { return }
                try await sink.write(piece)
                at += piece.count
            }
        }
    }
}

/// A regular file, open for reading; closed with the last reference.
private final class OpenFile: Sendable {
    let size: Int
    /// Seconds since 1970.
    let modified: Int64
    let entityTag: EntityTag
    private let descriptor: Int32

    init(_ path: String) throws {
        // Without O_NONBLOCK a queue would hold the worker until somebody writes to it.
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.failure(errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw Problem(.notFound)
        }
        (size, modified) = (Int(status.st_size), Int64(status.st_mtim.tv_sec))
        let parts = [UInt64(status.st_ino), UInt64(size), UInt64(modified), UInt64(status.st_mtim.tv_nsec)]
        let text = parts.map { String($0, radix: 36) }.joined(separator: "-")
        guard let tag = EntityTag(text) else { throw Problem(.notFound) }
        entityTag = tag
    }

    deinit { close(descriptor) }

    /// What is not there, or is no file of ours, is not found; anything else is our own failure.
    private static func failure(_ code: Int32) -> any Error {
        switch code {
        case ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG, ENXIO: Problem(.notFound)
        default: FileReadError(errno: code)
        }
    }

    func read(at offset: Int, atMost count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            var result: Int
            repeat { result = pread(descriptor, buffer.baseAddress, count, offset) } while result < 0 && errno == EINTR
            guard result >= 0 else { throw FileReadError(errno: errno) }
            filled = result
        }
    }
}

struct FileReadError: Error {
    let errno: Int32
}

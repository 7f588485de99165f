import HTTP
import Platform

/// A multipart form that has been received: its texts in memory, its files on disk.
struct Upload: Sendable {
    struct Text: Sendable {
        let name: String
        let value: String
    }
    struct File: Sendable {
        let name: String
        /// What the sender calls it: to be shown as text, never used as a path.
        let originalName: String?
        let contentType: MediaType?
        let stored: StoredUpload
    }
    var texts: [Text] = []
    var files: [File] = []

    func text(_ name: String) -> String? { texts.first { $0.name == name }?.value }

    struct Limits: Sendable {
        /// Of each file; the route's limit bounds the whole.
        var fileBytes: Int
        var textBytes = 64 << 10
        var multipart = MultipartLimits()
    }
}

/// Receives forms: files go to disk piece by piece as they arrive, so that the largest costs no more memory than the
/// smallest.
struct UploadReceiver: Sendable {
    /// Where files lie until somebody keeps them; on the same file system as their later place.
    let directory: String
    let pool: WorkerPool

    func receive(_ request: Request, _ limits: Upload.Limits) async throws -> Upload {
        guard case .stream(let body) = request.body else { throw Problem(.malformedRequest, "Le corps est vide.") }
        let decoder: MultipartDecoder
        do throws(ParseError) {
            decoder = try request.withHeader("content-type") { field throws(ParseError) in
                guard let field else { throw .malformedBoundary }
                return try MultipartDecoder(MediaType(field), limits: limits.multipart)
            }
        } catch { throw Problem(.unsupportedMediaType, "Un envoi multipart/form-data est attendu.") }

        let writer = UploadWriter(directory: directory, decoder: decoder, limits: limits)
        while let piece = try await body.next() {
            try await pool.run { try writer.take(piece) }
        }
        return try await pool.run { try writer.finish() }
    }
}

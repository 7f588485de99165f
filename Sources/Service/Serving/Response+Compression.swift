import HTTP
import Platform

extension Response {
    /// Bodies from this size are compressed for clients that take gzip…
    private static let compressFrom = 1 << 10
    /// …and from this size on a worker, so that the loop goes on meanwhile.
    private static let compressElsewhereFrom = 16 << 10

    func compressed(for request: Request, on pool: WorkerPool) async -> Response {
        guard case .bytes(let bytes) = body, mayBeCompressed else { return self }
        guard request.wantsGzip else { return adding("Vary", "Accept-Encoding") }
        let compress: @Sendable () -> [UInt8]? = { bytes.withUnsafeBytes { Gzip.compress($0) } }
        // A pool that is full compresses nothing: the answer goes out as it is.
        let small =
            bytes.count < Self.compressElsewhereFrom ? compress() : try? await pool.run(compress)
        guard let small, small.count < bytes.count else { return adding("Vary", "Accept-Encoding") }
        var response = withWeakTag()
        response.body = .bytes(small)
        return response.adding("Content-Encoding", "gzip").adding("Vary", "Accept-Encoding")
    }

    /// A strong tag names these very bytes; compressed, they are others (RFC 9110 §8.8.3).
    func withWeakTag() -> Response {
        var response = self
        response.fields = fields.map { field in
            field.isNamed("ETag") ? Field("ETag", "W/" + field.value) : field
        }
        return response
    }

    var mayBeCompressed: Bool {
        guard case .bytes(let bytes) = body, bytes.count >= Self.compressFrom, self["Content-Encoding"] == nil,
            let type = self["Content-Type"]
        else { return false }
        return type.hasPrefix("text/") || type.hasPrefix("application/json") || type.hasPrefix("image/svg")
            || type.hasPrefix("application/problem+json")
    }
}

extension Request {
    var wantsGzip: Bool { withHeader("accept-encoding") { Accept.wantsGzip($0) } }
}

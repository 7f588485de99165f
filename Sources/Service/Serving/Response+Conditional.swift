import HTTP
import Platform

extension Response {
    /// With a strong entity tag made from the body, so that clients can ask whether it has changed; `prefix` comes before.
    func withEntityTag(_ prefix: String = "") -> Response {
        guard case .bytes(let bytes) = body else { return self }
        // Not a defence against anybody: equal tags for different bodies only cost a stale page.
        var hash: (UInt64, UInt64) = (0xcbf2_9ce4_8422_2325, 0x9ae1_6a3b_2f90_404f)
        for byte in bytes {
            hash.0 = (hash.0 ^ UInt64(byte)) &* 0x100_0000_01b3
            hash.1 = (hash.1 &+ UInt64(byte)) &* 0x9e37_79b9_7f4a_7c15
        }
        return adding("ETag", "\"\(prefix)\(String(hash.0, radix: 36))-\(String(hash.1, radix: 36))\"")
    }

    private static func parse(_ tag: String) -> EntityTag? {
        Array(tag.utf8).withUnsafeBytes { try? EntityTag($0) }
    }

    /// 304 instead of what the client has already, 412 instead of what it would not want (RFC 9110 §13); nil when this
    /// response is to be sent.
    func replaced(onConditionsOf request: Request) throws(Problem) -> Response? {
        guard status == .ok, let tag = self["ETag"].flatMap(Self.parse),
            request.method == .get || request.method == .head
        else { return nil }
        let verdict: Preconditions.Verdict
        do throws(ParseError) {
            verdict = try request.withPreconditions { $0.evaluate(request.method, etag: tag, lastModified: nil) }
        } catch { throw Problem(error) }
        switch verdict {
        case .proceed: return nil
        case .notModified: return notModified(for: request)
        case .failed: throw Problem(.preconditionFailed)
        }
    }

    /// With the tag and the Vary that the whole would have had; what describes a body goes with the body (§15.4.5).
    private func notModified(for request: Request) -> Response {
        var response = self
        if mayBeCompressed { response = response.adding("Vary", "Accept-Encoding") }
        if mayBeCompressed, request.wantsGzip { response = response.withWeakTag() }
        return Response(.notModified, fields: response.fields.filter { !$0.isNamed("Content-Type") })
    }
}

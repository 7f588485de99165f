/// Writes responses as bytes (RFC 9112 §4). What every response of the service carries is prepared once.
public struct ResponseWriter: Sendable {
    /// How the end of the body is told.
    public enum Framing: Equatable, Sendable {
        case none
        case length(Int)
        case chunked
        /// By closing: an HTTP/1.0 client cannot read chunks.
        case close
    }

    private let common: [UInt8]

    /// `common` are fields for every response.
    public init(common: [Response.Field] = []) {
        var queue = ByteQueue()
        for field in common { queue.append(field: field.name, field.value) }
        self.common = Array(queue.bytes)
    }

    /// The lines that all answers of a second begin with, after the status: `Date` and the common fields. `date` is an
    /// IMF-fixdate.
    public func opening(date: String) -> [UInt8] { Array("Date: \(date)\r\n".utf8) + common }

    /// The status line and all fields. `opening` is that of this second.
    @inline(__always)
    public func writeHead(
        _ response: Response, framing: Framing, opening: [UInt8], keepsAlive: Bool, minorVersion: UInt8,
        to queue: inout ByteQueue
    ) {
        if response.status == .ok {
            queue.append("HTTP/1.1 200 OK\r\n")
        } else {
            queue.append("HTTP/1.1 ")
            queue.append(decimal: Int(response.status.code))
            queue.append(" ")
            queue.append(response.status.reason)
            queue.append("\r\n")
        }
        queue.append(opening)
        for field in response.fields { queue.append(field: field.name, field.value) }
        switch framing {
        case .none, .close: break
        case .length(let length):
            queue.append("Content-Length: ")
            queue.append(decimal: length)
            queue.append("\r\n")
        case .chunked: queue.append("Transfer-Encoding: chunked\r\n")
        }
        if !keepsAlive {
            queue.append("Connection: close\r\n")
        } else if minorVersion == 0 {
            queue.append("Connection: keep-alive\r\n")
        }
        queue.append("\r\n")
    }

    /// One piece of a chunked body (RFC 9112 §7.1). An empty piece would end the body and is left out.
    public func writeChunk(_ bytes: [UInt8], to queue: inout ByteQueue) {
        guard !bytes.isEmpty else { return }
        queue.append(String(bytes.count, radix: 16))
        queue.append("\r\n")
        queue.append(bytes)
        queue.append("\r\n")
    }

    public func writeLastChunk(to queue: inout ByteQueue) { queue.append("0\r\n\r\n") }
}

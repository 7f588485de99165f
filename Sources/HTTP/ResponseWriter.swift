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
        for field in common { Self.write(field, to: &queue) }
        self.common = Array(queue.bytes)
    }

    /// The status line and all fields. `date` is an IMF-fixdate.
    @inline(__always)
    public func writeHead(
        _ response: Response, framing: Framing, date: [UInt8], keepsAlive: Bool, minorVersion: UInt8,
        to queue: inout ByteQueue
    ) {
        if response.status == .ok {
            queue.append("HTTP/1.1 200 OK\r\nDate: ")
        } else {
            queue.append("HTTP/1.1 ")
            queue.append(decimal: Int(response.status.code))
            queue.append(" ")
            queue.append(response.status.reason)
            queue.append("\r\nDate: ")
        }
        queue.append(date)
        queue.append("\r\n")
        queue.append(common)
        for field in response.fields { Self.write(field, to: &queue) }
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

    private static func write(_ field: Response.Field, to queue: inout ByteQueue) {
        queue.append(field.name)
        queue.append(": ")
        queue.append(field.value)
        queue.append("\r\n")
    }
}

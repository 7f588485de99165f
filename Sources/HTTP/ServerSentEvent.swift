/// One message of an event stream (WHATWG HTML §9.2).
public struct ServerSentEvent: Sendable {
    /// What a client that reconnects sends back as `Last-Event-ID`.
    public var id: String?
    /// The event's type; `message` when absent.
    public var event: String?
    public var data: String

    public init(id: String? = nil, event: String? = nil, data: String) {
        (self.id, self.event, self.data) = (id, event, data)
    }

    /// A line that clients ignore: it shows both sides that the connection lives.
    public static let heartbeat: [UInt8] = Array(":\n\n".utf8)

    /// Asks clients to wait that long before they reconnect.
    public static func retry(milliseconds: Int) -> [UInt8] { Array("retry: \(milliseconds)\n\n".utf8) }

    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.utf8.count + 64)
        if let id { Self.write("id: ", oneLine: id, to: &bytes) }
        if let event { Self.write("event: ", oneLine: event, to: &bytes) }
        bytes += "data: ".utf8
        // CR, LF and CR LF end a line, and nothing else does: what follows goes on in another data line.
        var last: UInt8 = 0
        for byte in data.utf8 {
            switch byte {
            case 0x0a where last == 0x0d: break
            case 0x0a, 0x0d: bytes += "\ndata: ".utf8
            default: bytes.append(byte)
            }
            last = byte
        }
        bytes += "\n\n".utf8
        return bytes
    }

    /// Clients ignore an id that holds NUL.
    private static func write(_ name: StaticString, oneLine text: String, to bytes: inout [UInt8]) {
        bytes += UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        bytes += text.utf8.filter { $0 != 0x0a && $0 != 0x0d && $0 != 0 }
        bytes.append(0x0a)
    }
}

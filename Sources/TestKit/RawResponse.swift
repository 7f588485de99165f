/// An answer as it came, its framing undone.
public struct RawResponse: Equatable, Sendable {
    public struct Field: Equatable, Sendable {
        public let name: String
        public let value: String
    }

    public let status: Int
    public let fields: [Field]
    public let body: [UInt8]

    public var text: String { String(decoding: body, as: UTF8.self) }

    /// The values of every field of that name, whatever its case.
    public func values(_ name: String) -> [String] { fields.values(name) }

    /// The value of the only field of that name; nil when there is none, or several.
    public func value(_ name: String) -> String? { fields.values(name).count == 1 ? fields.values(name)[0] : nil }
}

extension [RawResponse.Field] {
    func values(_ name: String) -> [String] {
        filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }
}

extension RawClient {
    /// The next answer. `toHead`: the request was HEAD, so that no body follows whatever the head announces.
    public func receive(toHead: Bool = false) throws(Failure) -> RawResponse {
        let statusLine = try line()
        let parts = statusLine.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "HTTP/1.1" || parts[0] == "HTTP/1.0", parts[1].utf8.count == 3,
            let status = Int(parts[1])
        else { throw .malformed(statusLine) }
        let fields = try fields()
        let hasNoBody = toHead || status < 200 || status == 204 || status == 304
        return RawResponse(status: status, fields: fields, body: hasNoBody ? [] : try body(fields))
    }

    /// Fields up to an empty line: a head's or a trailer's.
    private func fields() throws(Failure) -> [RawResponse.Field] {
        var fields: [RawResponse.Field] = []
        while true {
            let line = try line()
            if line.isEmpty { return fields }
            guard let colon = line.firstIndex(of: ":"), colon > line.startIndex else { throw .malformed(line) }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            fields.append(RawResponse.Field(name: String(line[..<colon]), value: String(value)))
        }
    }

    private func body(_ fields: [RawResponse.Field]) throws(Failure) -> [UInt8] {
        let lengths = fields.values("content-length")
        let codings = fields.values("transfer-encoding")
        if codings == ["chunked"], lengths.isEmpty { return try chunks() }
        guard codings.isEmpty else { throw .malformed("transfer-encoding") }
        if lengths.isEmpty { return try receiveToEnd() }
        guard lengths.count == 1, let length = Int(lengths[0]), length >= 0 else { throw .malformed("content-length") }
        return try take(length)
    }

    private func chunks() throws(Failure) -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let size = try line()
            guard let length = Int(size, radix: 16), length >= 0 else { throw .malformed(size) }
            if length == 0 {
                _ = try fields()
                return body
            }
            body += try take(length)
            guard try take(2) == [13, 10] else { throw .malformed("chunk") }
        }
    }

    private func take(_ count: Int) throws(Failure) -> [UInt8] {
        while pending.count < count {
            guard try fill() else { throw .ended }
        }
        defer { pending.removeFirst(count) }
        return Array(pending[..<count])
    }

    /// A line without its CR LF, which both must be there.
    private func line() throws(Failure) -> String {
        while true {
            if let end = pending.firstIndex(of: 10) {
                let bytes = try take(end + 1)
                guard bytes.count >= 2, bytes[bytes.count - 2] == 13 else { throw .malformed("bare LF") }
                return String(decoding: bytes.dropLast(2), as: UTF8.self)
            }
            guard try fill() else { throw .ended }
        }
    }
}

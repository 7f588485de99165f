/// What a part's head says (RFC 7578 §4).
public struct MultipartPart: Equatable, Sendable {
    public let name: String
    /// As the client gave it: text to show, never a path.
    public let fileName: String?
    public let contentType: MediaType?

    public init(name: String, fileName: String? = nil, contentType: MediaType? = nil) {
        (self.name, self.fileName, self.contentType) = (name, fileName, contentType)
    }

    /// Reads field lines that each end with CR LF.
    init(head: UnsafeRawBufferPointer, limits: MultipartLimits) throws(ParseError) {
        var disposition: Disposition?
        var contentType: MediaType?
        var rest = head[...]
        while !rest.isEmpty {
            let (name, value, end) = try Self.line(rest)
            rest = rest[end...]
            switch name {
            case "content-disposition":
                guard disposition == nil else { throw .malformedMultipart }
                disposition = try Disposition(value)
            case "content-type":
                guard contentType == nil else { throw .malformedMultipart }
                let type = try MediaType(value)
                guard type.type != "multipart" else { throw .nestedMultipart }
                contentType = type
            case "content-transfer-encoding":
                // RFC 7578 §4.7: no encoding over HTTP; these three change nothing.
                let encoding = String(decoding: value.map(lowercased), as: UTF8.self)
                guard ["7bit", "8bit", "binary"].contains(encoding) else { throw .encodedPart }
            default: break
            }
        }
        guard let disposition else { throw .malformedMultipart }
        let fileName = disposition.extendedFileName ?? disposition.fileName
        guard disposition.name.utf8.count <= limits.nameBytes else { throw .partNameTooLong }
        guard fileName?.utf8.count ?? 0 <= limits.fileNameBytes else { throw .fileNameTooLong }
        self.init(name: disposition.name, fileName: fileName, contentType: contentType)
    }

    /// One field line: its name in lower case, its value without the spaces around, and where the next line starts.
    private static func line(
        _ rest: UnsafeRawBufferPointer.SubSequence
    ) throws(ParseError) -> (name: String, value: UnsafeRawBufferPointer, end: Int) {
        let classes = ByteClasses.shared
        let name = rest.prefix { classes.contains($0, ByteClasses.token) }
        guard !name.isEmpty, name.endIndex < rest.endIndex, rest[name.endIndex] == UInt8(ascii: ":") else {
            throw .malformedMultipart
        }
        let raw = rest[(name.endIndex + 1)...].prefix { classes.contains($0, ByteClasses.fieldValue) }
        guard rest[raw.endIndex...].starts(with: [0x0d, 0x0a]) else { throw .malformedMultipart }
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        let start = raw.firstIndex { !isSpace($0) } ?? raw.endIndex
        let stop = raw.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? start
        let value = UnsafeRawBufferPointer(rebasing: raw[start..<stop])
        return (String(decoding: name.map(lowercased), as: UTF8.self), value, raw.endIndex + 2)
    }
}

/// A Content-Disposition value: form-data with a name (RFC 7578 §4.2).
private struct Disposition {
    let name: String
    var fileName: String?
    /// From `filename*` (RFC 8187), which is preferred when both are there (RFC 6266 §4.3).
    var extendedFileName: String?

    init(_ field: UnsafeRawBufferPointer) throws(ParseError) {
        var reader = FieldReader(field, failing: .malformedMultipart)
        guard try reader.lowercasedToken() == "form-data" else { throw .malformedMultipart }
        var names: Set<String> = []
        var name: String?
        while let (parameter, value) = try reader.parameter() {
            guard names.insert(parameter).inserted else { throw .malformedMultipart }
            switch parameter {
            case "name": name = try Self.text(value)
            case "filename": fileName = try Self.text(value)
            case "filename*": extendedFileName = try Self.extendedText(value)
            default: break
            }
        }
        try reader.expectEnd()
        guard let name else { throw .malformedMultipart }
        self.name = name
    }

    private static func text(_ bytes: [UInt8]) throws(ParseError) -> String { try withoutControls(validText(bytes)) }

    /// charset "'" [ language ] "'" escaped text; UTF-8 is the one charset.
    private static func extendedText(_ bytes: [UInt8]) throws(ParseError) -> String {
        let parts = bytes.split(separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].map(lowercased) == Array("utf-8".utf8) else { throw .malformedMultipart }
        return try withoutControls(PercentCoding.decode(parts[2]))
    }

    private static func withoutControls(_ text: String) throws(ParseError) -> String {
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { throw .malformedMultipart }
        return text
    }
}

import Glibc

public enum MultipartEvent {
    case partBegin(MultipartPart)
    /// More of the part's content; valid during the call.
    case partData(UnsafeRawBufferPointer)
    case partEnd
    /// The final boundary was there.
    case end
}

/// Takes a multipart/form-data body apart (RFC 7578, RFC 2046 §5.1) as its bytes arrive.
///
/// Content is handed over where it lies. What may turn out to be a delimiter is not kept either: those bytes are the
/// delimiter's own, and are handed over from it.
public struct MultipartDecoder: Sendable {
    private enum State { case preamble, head, data, afterDelimiter, afterReturn, afterHyphen, epilogue }

    private let limits: MultipartLimits
    /// CR LF "--" boundary. CR occurs nowhere else in it, so a mismatch never hides the start of another match.
    private let delimiter: [UInt8]
    private var state = State.preamble
    /// How much of the delimiter the last bytes were.
    private var matched = 2
    /// How much of that stood before the content: the line end before it belongs to the delimiter too.
    private var implied = 2
    private var head: [UInt8] = []
    private var parts = 0

    /// - Parameter contentType: The request's, with its boundary.
    public init(_ contentType: MediaType, limits: MultipartLimits = MultipartLimits()) throws(ParseError) {
        guard contentType.isSame(as: .multipartForm), let boundary = contentType.parameter("boundary"),
            Self.isBoundary(boundary)
        else { throw .malformedBoundary }
        self.limits = limits
        delimiter = Array("\r\n--".utf8) + Array(boundary.utf8)
    }

    /// RFC 2046 §5.1.1: 1 to 70 bchars, the last not a space.
    private static func isBoundary(_ text: String) -> Bool {
        let isAllowed = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "'()+_,-./:=? ".utf8.contains(byte)
            }
        }
        return isAllowed && (1...70).contains(text.utf8.count) && text.utf8.last != 0x20
    }

    /// Takes all of `input`. After an error the decoder is of no more use.
    public mutating func decode(
        _ input: UnsafeRawBufferPointer, sink: (MultipartEvent) throws(ParseError) -> Void
    ) throws(ParseError) {
        var at = 0
        while at < input.count {
            switch state {
            case .preamble, .data:
                at = try content(input, from: at, sink)
            case .head:
                try headByte(input[at], sink)
                at += 1
            case .afterDelimiter, .afterReturn, .afterHyphen:
                try delimiterTail(input[at], sink)
                at += 1
            case .epilogue: return
            }
        }
    }

    /// To be called when the body has ended.
    public func finish() throws(ParseError) {
        guard state == .epilogue else { throw .unfinishedMultipart }
    }

    /// Looks for the delimiter; returns where the walk goes on.
    private mutating func content(
        _ input: UnsafeRawBufferPointer, from start: Int, _ sink: (MultipartEvent) throws(ParseError) -> Void
    ) throws(ParseError) -> Int {
        var at = start
        if matched > 0 {
            while matched < delimiter.count, at < input.count, input[at] == delimiter[matched] {
                matched += 1
                at += 1
            }
            if matched == delimiter.count { return try delimiterFound(at, sink) }
            if at == input.count { return at }
            if matched > implied { try emitDelimiter(implied..<matched, sink) }
            (matched, implied) = (0, 0)
        }
        let rest = at
        while let found = returnByte(input, from: at) {
            var length = 1
            while length < delimiter.count, found + length < input.count, input[found + length] == delimiter[length] {
                length += 1
            }
            if length == delimiter.count || found + length == input.count {
                try emit(input[rest..<found], sink)
                matched = length
                return length == delimiter.count ? try delimiterFound(found + length, sink) : input.count
            }
            at = found + length
        }
        try emit(input[rest...], sink)
        return input.count
    }

    private func returnByte(_ input: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard start < input.count, let base = input.baseAddress,
            let found = memchr(base + start, 0x0d, input.count - start)
        else { return nil }
        return base.distance(to: found)
    }

    private func emit(
        _ slice: UnsafeRawBufferPointer.SubSequence, _ sink: (MultipartEvent) throws(ParseError) -> Void
    ) throws(ParseError) {
        // RFC 2046 §5.1.1: what comes before the first delimiter is dropped.
        guard state == .data, !slice.isEmpty else { return }
        try sink(.partData(UnsafeRawBufferPointer(rebasing: slice)))
    }

    private func emitDelimiter(
        _ range: Range<Int>, _ sink: (MultipartEvent) throws(ParseError) -> Void
    ) throws(ParseError) {
        let result = delimiter.withUnsafeBytes { bytes in
            Result { () throws(ParseError) in try emit(bytes[range], sink) }
        }
        try result.get()
    }

    private mutating func delimiterFound(
        _ at: Int, _ sink: (MultipartEvent) throws(ParseError) -> Void
    ) throws(ParseError) -> Int {
        if state == .data { try sink(.partEnd) }
        (matched, implied) = (0, 0)
        state = .afterDelimiter
        return at
    }

    /// CR LF before another part, "--" at the end. Padding is allowed by RFC 2046 but sent by no one in good faith.
    private mutating func delimiterTail(
        _ byte: UInt8, _ sink: (MultipartEvent) throws(ParseError) -> Void
    ) throws(ParseError) {
        switch (state, byte) {
        case (.afterDelimiter, 0x0d): state = .afterReturn
        case (.afterDelimiter, UInt8(ascii: "-")): state = .afterHyphen
        case (.afterReturn, 0x0a):
            parts += 1
            guard parts <= limits.parts else { throw .tooManyParts }
            head.removeAll(keepingCapacity: true)
            state = .head
        case (.afterHyphen, UInt8(ascii: "-")):
            // RFC 7578 has no form without a part, but browsers send one for an empty form.
            state = .epilogue
            try sink(.end)
        default: throw .malformedMultipart
        }
    }

    /// Gathers the part's head up to its empty line.
    private mutating func headByte(
        _ byte: UInt8, _ sink: (MultipartEvent) throws(ParseError) -> Void
    ) throws(ParseError) {
        guard head.count < limits.headBytes else { throw .partHeadTooLarge }
        head.append(byte)
        guard byte == 0x0a, head.count == 2 || head.suffix(4) == [0x0d, 0x0a, 0x0d, 0x0a] else { return }
        let limits = limits
        let part = head.withUnsafeBytes { bytes in
            Result { () throws(ParseError) in
                try MultipartPart(head: UnsafeRawBufferPointer(rebasing: bytes.dropLast(2)), limits: limits)
            }
        }
        try sink(.partBegin(try part.get()))
        state = .data
        // The head's empty line may be the one before the delimiter, for a part without content.
        (matched, implied) = (2, 2)
    }
}

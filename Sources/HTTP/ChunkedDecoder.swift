import Platform

/// Takes a chunked body apart (RFC 9112 §7.1) as its bytes arrive.
///
/// Strict: hexadecimal sizes, CR LF, no chunk extension. What is not data stays in proportion: a chunk of at least one
/// byte costs at most 19 bytes of framing, and trailers are bounded.
public struct ChunkedDecoder: Sendable {
    private enum State {
        case size, sizeLineFeed, data, dataReturn, dataLineFeed, trailerStart, trailerName, trailerValue
        case trailerLineFeed, endLineFeed, done
    }

    private var state = State.size
    private var remaining = 0
    private var digits = 0
    private var trailerBytes = 0
    private let trailerLimit: Int

    /// - Parameter trailerLimit: The most bytes that trailer fields may take, with their line ends.
    public init(trailerLimit: Int = 4096) { self.trailerLimit = trailerLimit }

    /// The message has ended; nothing after it is consumed.
    public var isDone: Bool { state == .done }

    /// The next run of data in `input`, empty when it holds none, and how many bytes were consumed up to its end; none
    /// after the message has ended. Trailers are checked and dropped. After an error the decoder is of no more use.
    public mutating func next(
        _ input: UnsafeRawBufferPointer
    ) throws(ParseError) -> (data: UnsafeRawBufferPointer, consumed: Int) {
        var at = 0
        while at < input.count, state != .done {
            if state == .data {
                let count = min(remaining, input.count - at)
                remaining -= count
                if remaining == 0 { state = .dataReturn }
                return (UnsafeRawBufferPointer(rebasing: input[at..<at + count]), at + count)
            }
            try step(input[at])
            at += 1
        }
        return (UnsafeRawBufferPointer(rebasing: input[at..<at]), at)
    }

    /// Hands all the data in `input` to `sink` and returns how many bytes were consumed: all of them, unless the message
    /// ends before.
    public mutating func decode(
        _ input: UnsafeRawBufferPointer, sink: (UnsafeRawBufferPointer) throws(ParseError) -> Void
    ) throws(ParseError) -> Int {
        var at = 0
        while at < input.count, state != .done {
            let piece = try next(UnsafeRawBufferPointer(rebasing: input[at...]))
            at += piece.consumed
            if !piece.data.isEmpty { try sink(piece.data) }
        }
        return at
    }

    private mutating func step(_ byte: UInt8) throws(ParseError) {
        switch state {
        case .size: try sizeByte(byte)
        case .sizeLineFeed:
            try expect(byte, 0x0a, else: .malformedChunk)
            state = remaining == 0 ? .trailerStart : .data
            digits = 0
        case .dataReturn:
            try expect(byte, 0x0d, else: .malformedChunk)
            state = .dataLineFeed
        case .dataLineFeed:
            try expect(byte, 0x0a, else: .malformedChunk)
            state = .size
        case .endLineFeed:
            try expect(byte, 0x0a, else: .malformedTrailer)
            state = .done
        case .trailerStart, .trailerName, .trailerValue, .trailerLineFeed: try trailerByte(byte)
        case .data, .done: break
        }
    }

    private mutating func sizeByte(_ byte: UInt8) throws(ParseError) {
        if let digit = Hexadecimal.value(byte) {
            // Fifteen digits always fit, leading zeros included.
            guard digits < 15 else { throw .malformedChunk }
            digits += 1
            remaining = remaining << 4 | Int(digit)
            return
        }
        // §7.1.1: no extension is known here, and readers that disagree on where one ends get smuggled past.
        if digits > 0, byte == UInt8(ascii: ";") { throw .chunkExtension }
        guard digits > 0, byte == 0x0d else { throw .malformedChunk }
        state = .sizeLineFeed
    }

    /// §7.1.2: field lines like those of a head.
    private mutating func trailerByte(_ byte: UInt8) throws(ParseError) {
        if state == .trailerStart, byte == 0x0d {
            state = .endLineFeed
            return
        }
        guard trailerBytes < trailerLimit else { throw .trailersTooLarge }
        trailerBytes += 1
        let classes = ByteClasses.shared
        switch state {
        case .trailerStart:
            guard classes.contains(byte, ByteClasses.token) else { throw .malformedTrailer }
            state = .trailerName
        case .trailerName:
            if byte == UInt8(ascii: ":") {
                state = .trailerValue
            } else if !classes.contains(byte, ByteClasses.token) {
                throw .malformedTrailer
            }
        case .trailerValue:
            if byte == 0x0d {
                state = .trailerLineFeed
            } else if !classes.contains(byte, ByteClasses.fieldValue) {
                throw .malformedTrailer
            }
        default:
            try expect(byte, 0x0a, else: .malformedTrailer)
            state = .trailerStart
        }
    }

    private func expect(_ byte: UInt8, _ wanted: UInt8, else error: ParseError) throws(ParseError) {
        guard byte == wanted else { throw error }
    }
}

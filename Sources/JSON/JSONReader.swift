/// A strict RFC 8259 reader that is asked for what is expected next, and builds nothing that nobody asked for.
///
///     var reader = JSONReader(bytes.span.bytes)
///     try reader.object { key, reader throws(JSONError) in
///         switch key {
///         case "numero": numero = try reader.string()
///         case "articles": articles = try reader.read()
///         default: throw reader.unknownMember(key)
///         }
///     }
///     try reader.finish()
///
/// It borrows the bytes: the compiler keeps them alive and unchanged as long as it reads. Whatever it steps over is
/// checked as thoroughly as what it returns. After an error every further read fails.
public struct JSONReader: ~Copyable, ~Escapable {
    // Every access through `base` is preceded by a comparison with `end`.
    @usableFromInline let base: UnsafePointer<UInt8>
    @usableFromInline let end: Int
    @usableFromInline var position = 0
    @usableFromInline var depth = 0
    @usableFromInline let deepest: Int
    @usableFromInline var members = MemberNames()
    private var hasFailed = false

    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan, limits: JSONLimits = JSONLimits()) {
        // An empty span has no address; its stand-in is never read, since `end` is zero.
        base = bytes.withUnsafeBytes {
            $0.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? UnsafePointer(bitPattern: 1)!
        }
        end = bytes.byteCount
        deepest = limits.depth
    }

    /// Checks that nothing but white space follows the value that was read.
    public mutating func finish() throws(JSONError) {
        while position < end, isSpace(base[position]) { position += 1 }
        if position < end || hasFailed { throw failure(.trailingBytes, at: position) }
    }

    /// Where the next value starts, to be given to `refusal(_:at:)` once it has been read and judged.
    public mutating func offset() throws(JSONError) -> Int {
        _ = try peek()
        return position
    }

    /// The error that refuses the value at `offset`, to be thrown by who knows why.
    public mutating func refusal(_ reason: JSONError.Reason = .refusedValue, at offset: Int) -> JSONError {
        failure(reason, at: offset)
    }

    /// The first byte of the next value.
    @inlinable @inline(__always)
    mutating func peek() throws(JSONError) -> UInt8 {
        if position < end {
            let byte = base[position]
            if byte > 0x20 { return byte }
        }
        return try peekPastSpace()
    }

    @usableFromInline @inline(never)
    mutating func peekPastSpace() throws(JSONError) -> UInt8 {
        while position < end {
            let byte = base[position]
            guard isSpace(byte) else { return byte }
            position &+= 1
        }
        throw failure(.endOfInput, at: end)
    }

    @inline(__always)
    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 }

    /// Makes the error and ends all reading: a caller that swallows it can't go on in the middle of a value.
    @usableFromInline @inline(never)
    mutating func failure(_ reason: JSONError.Reason, at offset: Int) -> JSONError {
        hasFailed = true
        position = end
        let offset = min(max(offset, 0), end)
        var (line, lineStart) = (1, 0)
        for k in 0..<offset where base[k] == 0x0a { (line, lineStart) = (line + 1, k + 1) }
        var column = 1
        for k in lineStart..<offset where base[k] & 0xc0 != 0x80 { column += 1 }
        return JSONError(reason, at: offset, line: line, column: column)
    }

    /// The error for a byte that does not start the value that was asked for: of another kind, or no value at all.
    @usableFromInline @inline(never)
    mutating func mismatch(_ expected: JSONError.Reason) -> JSONError {
        let marked = position == 0 && end >= 3 && base[0] == 0xef && base[1] == 0xbb && base[2] == 0xbf
        if marked { return failure(.byteOrderMark, at: 0) }
        switch base[position] {
        case 0x22, 0x2d, 0x30...0x39, 0x5b, 0x66, 0x6e, 0x74, 0x7b: return failure(expected, at: position)
        default: return failure(.unexpectedByte, at: position)
        }
    }
}

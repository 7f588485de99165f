/// Walks once over the bytes of a head.
struct HeadScanner {
    /// Why the walk ended before the head did.
    enum Halt: Error {
        case needMore
        case failed(ParseError)
    }

    let bytes: UnsafePointer<UInt8>
    let end: Int
    let classes: ByteClasses
    let limits: HeadLimits
    var at = 0

    @inline(__always)
    init(_ bytes: UnsafePointer<UInt8>, end: Int, classes: ByteClasses, limits: HeadLimits) {
        (self.bytes, self.end, self.classes, self.limits) = (bytes, end, classes, limits)
    }

    /// The byte at the walk's place.
    @inline(__always)
    func byte() throws(Halt) -> UInt8 {
        guard at < end else { throw .needMore }
        return bytes[at]
    }

    @inline(__always)
    mutating func skip(_ kind: UInt8) {
        while at < end, classes.contains(bytes[at], kind) { at &+= 1 }
    }

    /// Passes CR LF; `error` is for a byte that is neither (RFC 9112 §2.2: a line ends with both).
    @inline(__always)
    mutating func lineEnd(else error: ParseError) throws(Halt) {
        let first = try byte()
        guard first == 0x0d else { throw .failed(first == 0x0a ? .bareLineEnding : error) }
        guard at &+ 1 < end else { throw .needMore }
        guard bytes[at &+ 1] == 0x0a else { throw .failed(.bareLineEnding) }
        at &+= 2
    }

    /// RFC 9112 §2.2: a client may leave an empty line after its previous message.
    @inline(__always)
    mutating func skipEmptyLines() throws(Halt) {
        var lines = 0
        while at < end, bytes[at] == 0x0d || bytes[at] == 0x0a {
            guard lines < limits.emptyLines else { throw .failed(.malformedRequestLine) }
            try lineEnd(else: .malformedRequestLine)
            lines += 1
        }
    }
}

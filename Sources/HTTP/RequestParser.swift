import Glibc

public enum ParseOutcome: Equatable, Sendable {
    case complete
    case needMore
    case failed(ParseError)
}

/// A strict reader of HTTP/1.x request heads (RFC 9112) over contiguous bytes.
///
/// It keeps no state and allocates nothing: slices go to the caller's storage. What other servers tolerate is refused
/// here, because a proxy in front may have read it differently.
public struct RequestParser: Sendable {
    let limits: HeadLimits
    let classes = ByteClasses.shared

    public init(limits: HeadLimits = HeadLimits()) { self.limits = limits }

    /// Reads the head at the start of `buffer`.
    ///
    /// - Parameters:
    ///   - known: How many bytes of the buffer were already answered with `needMore`. The head is read again only when
    ///     the bytes after them end a line, so that a head sent byte by byte costs no more than its lines.
    ///   - fields: Room for `limits.fields` fields; the first `head.fieldCount` are set when the head is complete.
    public func parse(
        _ buffer: UnsafeRawBufferPointer, known: Int = 0, head: inout RequestHead,
        fields: UnsafeMutablePointer<HeaderField>
    ) -> ParseOutcome {
        // Nothing past the limit is looked at: the answer does not depend on how the bytes arrived.
        let end = min(buffer.count, limits.headBytes)
        let more: ParseOutcome = buffer.count >= limits.headBytes ? .failed(.headTooLarge) : .needMore
        guard let start = buffer.baseAddress, end > 0 else { return more }
        if known > 0, known >= end || memchr(start + known, 0x0a, end - known) == nil { return more }
        var scanner = HeadScanner(start.assumingMemoryBound(to: UInt8.self), end: end, classes: classes, limits: limits)
        do throws(HeadScanner.Halt) {
            try scanner.skipEmptyLines()
            try scanner.requestLine(&head)
            try scanner.fields(&head, fields)
            return .complete
        } catch {
            return switch error {
            case .needMore: more
            case .failed(let reason): .failed(reason)
            }
        }
    }
}

/// Where a request stands in a distributed trace: the `traceparent` of W3C Trace Context, level 1.
public struct TraceContext: Hashable, Sendable {
    /// The 16 bytes of the trace, in two halves; never both zero.
    let traceHigh: UInt64
    let traceLow: UInt64
    /// The span, never zero.
    let span: UInt64
    /// Whether the caller may have recorded its part.
    public let isSampled: Bool

    private init(traceHigh: UInt64, traceLow: UInt64, span: UInt64, isSampled: Bool) {
        (self.traceHigh, self.traceLow, self.span, self.isSampled) = (traceHigh, traceLow, span, isSampled)
    }

    /// The root of a new trace.
    public static func start(sampled: Bool = false) -> TraceContext {
        let draws = threads.current
        return TraceContext(
            traceHigh: draws.nonZero(), traceLow: draws.nonZero(), span: draws.nonZero(), isSampled: sampled)
    }

    /// A new span of the same trace.
    public func child() -> TraceContext {
        TraceContext(
            traceHigh: traceHigh, traceLow: traceLow, span: Self.threads.current.nonZero(), isSampled: isSampled)
    }

    private final class Draws {
        private var random = Random()
        func nonZero() -> UInt64 {
            while true {
                let draw = random.next()
                if draw != 0 { return draw }
            }
        }
    }
    private static let threads = ThreadLocal { Draws() }

    /// Reads a `traceparent` field. Nil when it is malformed: the request then starts a trace of its own. Of a later
    /// version only the part that version 00 has is read.
    public init?(traceparent bytes: Span<UInt8>) {
        let dash = UInt8(ascii: "-")
        guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = Hexadecimal.read(bytes, at: 0, digits: 2), version != 0xff,
            bytes.count == 55 || (version > 0 && bytes[55] == dash),
            let high = Hexadecimal.read(bytes, at: 3, digits: 16),
            let low = Hexadecimal.read(bytes, at: 19, digits: 16), high | low != 0,
            let span = Hexadecimal.read(bytes, at: 36, digits: 16), span != 0,
            let flags = Hexadecimal.read(bytes, at: 53, digits: 2)
        else { return nil }
        self.init(traceHigh: high, traceLow: low, span: span, isSampled: flags & 1 == 1)
    }

    public init?(traceparent text: String) { self.init(traceparent: text.utf8.span) }

    /// Appends the 55 bytes of the field's value.
    public func writeTraceparent(to bytes: inout [UInt8]) {
        let dash = UInt8(ascii: "-")
        Hexadecimal.write(0, digits: 2, to: &bytes)
        bytes.append(dash)
        writeTraceID(to: &bytes)
        bytes.append(dash)
        writeSpanID(to: &bytes)
        bytes.append(dash)
        Hexadecimal.write(isSampled ? 1 : 0, digits: 2, to: &bytes)
    }

    func writeTraceID(to bytes: inout [UInt8]) {
        Hexadecimal.write(traceHigh, to: &bytes)
        Hexadecimal.write(traceLow, to: &bytes)
    }
    func writeSpanID(to bytes: inout [UInt8]) { Hexadecimal.write(span, to: &bytes) }

    public var traceparent: String { text(writeTraceparent) }
    /// 32 hexadecimal digits.
    public var traceID: String { text(writeTraceID) }
    /// 16 hexadecimal digits.
    public var spanID: String { text(writeSpanID) }

    private func text(_ write: (inout [UInt8]) -> Void) -> String {
        var bytes: [UInt8] = []
        write(&bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

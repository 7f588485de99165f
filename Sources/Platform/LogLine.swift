/// A line of the log while it is composed. Fields come out in the order of their adding.
public struct LogLine {
    private(set) var bytes: [UInt8]
    private let style: LogStyle
    private let limits: LogLimits
    private var isTruncated = false

    init(reusing bytes: consuming [UInt8]?, style: LogStyle, limits: LogLimits) {
        // Moved, not copied: a second owner would cost an allocation.
        self.bytes = bytes.take() ?? []
        self.bytes.removeAll(keepingCapacity: true)
        (self.style, self.limits) = (style, limits)
    }

    // MARK: Fields

    public mutating func add(_ key: StaticString, _ value: String) {
        field(key) { line in line.quoted(value) }
    }
    public mutating func add(_ key: StaticString, _ value: some BinaryInteger) {
        field(key) { line in line.raw(String(value)) }
    }
    /// JSON has no number for NaN and the infinities: they come out as strings.
    public mutating func add(_ key: StaticString, _ value: Double) {
        field(key) { line in value.isFinite ? line.raw(value.description) : line.quoted(value.description) }
    }
    public mutating func add(_ key: StaticString, _ value: Bool) {
        field(key) { line in line.raw(value ? "true" : "false") }
    }
    public mutating func add(_ key: StaticString, _ value: UUIDv7) {
        field(key) { line in line.quoted { value.write(to: &$0) } }
    }
    public mutating func add(_ key: StaticString, _ value: Timestamp) {
        field(key) { line in line.quoted { value.writeRFC3339(.microseconds, to: &$0) } }
    }
    /// In milliseconds, to the microsecond: name the key `…_ms`.
    public mutating func add(_ key: StaticString, _ value: Duration) {
        let microseconds = value.microseconds
        field(key) { line in line.raw((Double(microseconds) / 1000).description) }
    }
    /// As `trace_id` and `span_id`.
    public mutating func add(_ trace: TraceContext) {
        field("trace_id") { line in line.quoted { trace.writeTraceID(to: &$0) } }
        field("span_id") { line in line.quoted { trace.writeSpanID(to: &$0) } }
    }

    // MARK: The frame

    mutating func begin(_ level: Log.Level, _ event: StaticString, _ message: String, at moment: Timestamp) {
        switch style {
        case .json:
            raw("{\"ts\":\"")
            moment.writeRFC3339(.microseconds, to: &bytes)
            raw("\",\"level\":\"")
            raw(level.name)
            raw("\",\"msg\":")
            quoted(message)
            raw(",\"event\":\"")
            raw(event)
            raw("\"")
        case .plain, .coloured:
            var time = StampText()
            time.put(secondOfDay: moment.microsecondOfDay / 1_000_000)
            time.put(UInt8(ascii: "."))
            time.put(moment.microsecondOfDay % 1_000_000 / 1000, width: 3)
            time.append(to: &bytes)
            raw(style == .coloured ? " " : " [")
            if style == .coloured { raw(level.colour) }
            raw(level.name)
            raw(style == .coloured ? "\u{1b}[0m " : "] ")
            LogText.write(message, limit: limits.value, to: &bytes)
            raw(" (")
            raw(event)
            raw(")")
        }
    }

    mutating func end() {
        if isTruncated { raw(style == .json ? Self.truncationMark : " …") }
        raw(style == .json ? "}\n" : "\n")
    }

    private static let truncationMark: StaticString = ",\"truncated\":true"
    private static let tail = 24

    /// A field that does not fit the line any more is left out whole.
    private mutating func field(_ key: StaticString, _ value: (inout LogLine) -> Void) {
        let start = bytes.count
        switch style {
        case .json:
            raw(",\"")
            raw(key)
            raw("\":")
        case .plain, .coloured:
            raw(style == .coloured ? " \u{1b}[90m" : " ")
            raw(key)
            raw(style == .coloured ? "=\u{1b}[0m" : "=")
        }
        if SensitiveKey.matches(key) { raw("\"***\"") } else { value(&self) }
        if bytes.count > limits.line - Self.tail {
            bytes.removeLast(bytes.count - start)
            isTruncated = true
        }
    }

    // MARK: Text

    private mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
    private mutating func raw(_ text: String) {
        var text = text
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }
    private mutating func quoted(_ text: String) {
        raw("\"")
        LogText.write(text, limit: limits.value, to: &bytes)
        raw("\"")
    }
    private mutating func quoted(_ body: (inout [UInt8]) -> Void) {
        raw("\"")
        body(&bytes)
        raw("\"")
    }
}

/// Comma-separated field values without quoted strings (RFC 9110 §5.6.1).
enum FieldList {
    /// Visits the elements, trimmed; empty ones too.
    static func forEach(_ value: UnsafeBufferPointer<UInt8>, _ visit: (UnsafeBufferPointer<UInt8>) -> Void) {
        var start = 0
        while start <= value.count {
            var stop = start
            while stop < value.count, value[stop] != UInt8(ascii: ",") { stop += 1 }
            visit(trimmed(UnsafeBufferPointer(rebasing: value[start..<stop])))
            start = stop + 1
        }
    }

    /// Without the spaces and tabs around (RFC 9110 §5.6.3).
    static func trimmed(_ value: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var (start, stop) = (0, value.count)
        while start < stop, value[start] == 0x20 || value[start] == 0x09 { start += 1 }
        while stop > start, value[stop - 1] == 0x20 || value[stop - 1] == 0x09 { stop -= 1 }
        return UnsafeBufferPointer(rebasing: value[start..<stop])
    }

    /// Whether the value is the lower-case `literal`, in any case.
    @inline(__always)
    static func equals(_ value: UnsafeBufferPointer<UInt8>, _ literal: StaticString) -> Bool {
        guard value.count == literal.utf8CodeUnitCount else { return false }
        for k in 0..<value.count where lowercased(value[k]) != literal.utf8Start[k] { return false }
        return true
    }
}

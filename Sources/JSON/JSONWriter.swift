/// Writes JSON into bytes that it hands over at the end, without another copy. The commas are its business.
///
///     var writer = JSONWriter()
///     writer.object { writer in
///         writer.member("numero", declaration.numero)
///         writer.member("masse_nette", ifPresent: article.masseNette)
///     }
///     let bytes = writer.finish()
public struct JSONWriter: ~Copyable {
    /// Written up to `count`; what follows is room.
    @usableFromInline var bytes: [UInt8]
    @usableFromInline var count: Int
    @usableFromInline var needsComma = false

    public init(capacity: Int = 0) {
        (bytes, count) = ([], 0)
        if capacity > 0 { bytes.reserveCapacity(capacity) }
    }

    /// Writes after the bytes that are already there.
    public init(appendingTo bytes: consuming [UInt8]) {
        count = bytes.count
        self.bytes = bytes
    }

    public consuming func finish() -> [UInt8] {
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    @inlinable @inline(__always)
    public mutating func object<Failure: Error>(
        _ members: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(0x7b)
        try members(&self)
        close(0x7d)
    }

    @inlinable @inline(__always)
    public mutating func array<Failure: Error>(
        _ elements: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(0x5b)
        try elements(&self)
        close(0x5d)
    }

    public mutating func bool(_ value: Bool) { value ? literal("true") : literal("false") }

    public mutating func null() { literal("null") }

    /// A value that is known to be JSON, as it is.
    public mutating func raw(_ json: some Collection<UInt8>) {
        put(upTo: json.count) { out in
            UnsafeMutableBufferPointer(start: out, count: json.count).initialize(fromContentsOf: json)
        }
    }

    @usableFromInline
    mutating func open(_ bracket: UInt8) {
        put(upTo: 1) { out in
            out[0] = bracket
            return 1
        }
        needsComma = false
    }

    @usableFromInline
    mutating func close(_ bracket: UInt8) {
        write(upTo: 1) { out in
            out[0] = bracket
            return 1
        }
        needsComma = true
    }

    mutating func literal(_ text: StaticString) {
        put(upTo: text.utf8CodeUnitCount) { out in
            out.initialize(from: text.utf8Start, count: text.utf8CodeUnitCount)
            return text.utf8CodeUnitCount
        }
    }

    /// Lets `fill` write a value of at most `room` bytes, after the comma that the value before it left due.
    @inline(__always)
    mutating func put(upTo room: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Int) {
        let comma = needsComma ? 1 : 0
        write(upTo: room &+ 1) { out in
            out[0] = 0x2c
            return comma &+ fill(out + comma)
        }
        needsComma = true
    }

    /// Lets `fill` write at most `room` bytes; it returns how many it wrote.
    @inline(__always)
    mutating func write(upTo room: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Int) {
        if bytes.count &- count < room { grow(by: room) }
        bytes.withUnsafeMutableBufferPointer { buffer in
            // Empty only when nothing is to be written.
            guard let base = buffer.baseAddress else { return }
            count &+= fill(base + count)
        }
    }

    @inline(never)
    private mutating func grow(by room: Int) {
        let needed = count + max(room, 64)
        if needed > bytes.capacity { bytes.reserveCapacity(max(needed, count * 2)) }
        // Room is filled with zeros: as much again as was written, not all that a generous caller reserved.
        let filled = min(bytes.capacity, max(needed, count * 2))
        bytes.append(contentsOf: repeatElement(0, count: filled - bytes.count))
    }
}

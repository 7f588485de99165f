import Glibc

/// Bytes that wait: appended at the end, taken from the front. Owns no memory while it is empty and released.
public struct ByteQueue: ~Copyable {
    private var base: UnsafeMutableRawPointer?
    private var capacity = 0
    private var start = 0
    private var end = 0

    /// The first allocation; most responses fit it.
    private static let firstCapacity = 4096

    public init() {}
    deinit { base?.deallocate() }

    public var count: Int { end - start }
    public var isEmpty: Bool { start == end }
    /// Valid until the next change.
    public var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base.map { $0 + start }, count: end - start)
    }

    @inline(__always)
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        reserve(bytes.count)
        (base! + end).copyMemory(from: source, byteCount: bytes.count)
        end += bytes.count
    }
    @inline(__always)
    public mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
    public mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }
    public mutating func append(_ text: String) {
        text.utf8.span.withUnsafeBytes { append($0) }
    }

    /// A field line, `name: value` with its end, in one piece.
    mutating func append(field name: StaticString, _ value: String) {
        let value = value.utf8.span
        let count = name.utf8CodeUnitCount + value.count + 4
        reserve(count)
        var place = base! + end
        place.copyMemory(from: name.utf8Start, byteCount: name.utf8CodeUnitCount)
        place += name.utf8CodeUnitCount
        place.storeBytes(of: UInt16(littleEndian: 0x203a), as: UInt16.self)
        value.withUnsafeBytes { UnsafeMutableRawBufferPointer(start: place + 2, count: $0.count).copyMemory(from: $0) }
        (place + 2 + value.count).storeBytes(of: UInt16(littleEndian: 0x0a0d), as: UInt16.self)
        end += count
    }

    /// `value` in decimal; it must not be negative.
    public mutating func append(decimal value: Int) {
        reserve(20)
        var digits = 1
        var bound = 10
        while digits < 19, value >= bound {
            digits += 1
            bound &*= 10
        }
        var rest = value
        for place in stride(from: end + digits - 1, through: end, by: -1) {
            base!.storeBytes(of: UInt8(truncatingIfNeeded: rest % 10) | 0x30, toByteOffset: place, as: UInt8.self)
            rest /= 10
        }
        end += digits
    }

    /// Drops the first `n` bytes.
    public mutating func consume(_ n: Int) {
        start += n
        if start == end { (start, end) = (0, 0) }
    }

    /// What its memory can hold; 0 while it owns none.
    public var room: Int { capacity }

    /// Empties the queue and gives its memory back.
    public mutating func release() {
        base?.deallocate()
        (base, capacity, start, end) = (nil, 0, 0, 0)
    }

    @inline(__always)
    private mutating func reserve(_ n: Int) {
        if capacity - end < n { grow(n) }
    }

    @inline(never)
    private mutating func grow(_ n: Int) {
        let needed = count + n
        if needed <= capacity / 2 {
            memmove(base!, base! + start, count)
        } else {
            var next = max(capacity, Self.firstCapacity)
            while next < needed { next *= 2 }
            let fresh = UnsafeMutableRawPointer.allocate(byteCount: next, alignment: 16)
            if let base {
                fresh.copyMemory(from: base + start, byteCount: count)
                base.deallocate()
            }
            (base, capacity) = (fresh, next)
        }
        (start, end) = (0, end - start)
    }
}

import Glibc

/// Folded bytes that lie elsewhere; without an address the text is missing. Empty texts are missing too.
struct TextSpan: BitwiseCopyable {
    let base: UnsafePointer<UInt8>?
    let count: Int

    static var missing: TextSpan { TextSpan(base: nil, count: 0) }

    @inline(__always) var isMissing: Bool { base == nil }
    @inline(__always) var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

    @inline(__always)
    func isEqual(to other: TextSpan) -> Bool {
        guard count == other.count, let base, let start = other.base else { return false }
        return memcmp(base, start, count) == 0
    }

    /// By bytes, a beginning before what it begins.
    @inline(__always)
    func precedes(_ other: TextSpan) -> Bool {
        guard let base, let start = other.base else { return base == nil && other.base != nil }
        let order = memcmp(base, start, min(count, other.count))
        return order == 0 ? count < other.count : order < 0
    }

    @inline(__always)
    func begins(with other: TextSpan) -> Bool {
        guard count >= other.count, let base, let start = other.base else { return false }
        return memcmp(base, start, other.count) == 0
    }

    /// The first `length` characters; missing when there are fewer.
    @inline(__always)
    func prefix(_ length: Int) -> TextSpan {
        guard let base else { return .missing }
        var (at, characters) = (0, 0)
        while at < count {
            if base[at] & 0xc0 != 0x80 {
                if characters == length { break }
                characters &+= 1
            }
            at &+= 1
        }
        return characters == length ? TextSpan(base: base, count: at) : .missing
    }

    var string: String? { base == nil ? nil : String(decoding: bytes, as: UTF8.self) }
}

/// Memory that only grows, in blocks that never move, until all of it is taken back at once.
final class FormulaMemory {
    private var blocks: [UnsafeMutableRawBufferPointer] = []
    private var block = 0
    private var used = 0
    private static let blockSize = 1 << 16

    deinit { for block in blocks { block.deallocate() } }

    /// Everything handed out is void from now on; the blocks stay.
    func reset() { (block, used) = (0, 0) }

    /// Room that is aligned for any flat value.
    func take(_ size: Int) -> UnsafeMutableRawPointer {
        let size = (size + 15) & ~15
        while block < blocks.count {
            if used + size <= blocks[block].count, let start = blocks[block].baseAddress {
                defer { used += size }
                return start + used
            }
            (block, used) = (block + 1, 0)
        }
        let fresh = UnsafeMutableRawBufferPointer.allocate(byteCount: max(size, Self.blockSize), alignment: 16)
        blocks.append(fresh)
        (block, used) = (blocks.count - 1, size)
        return fresh.baseAddress!  // allocate never gives an empty buffer for a positive size
    }

    /// The text, folded.
    func fold(_ text: String) -> TextSpan {
        let room = min(text.utf8.count, FormulaLimits.textBytes)
        guard room > 0 else { return .missing }
        let bytes = take(room).assumingMemoryBound(to: UInt8.self)
        let count = FoldedText.fold(text, into: bytes)
        return count == 0 ? .missing : TextSpan(base: UnsafePointer(bytes), count: count)
    }

    func keep<Value: BitwiseCopyable>(_ values: [Value]) -> UnsafeBufferPointer<Value> {
        guard !values.isEmpty else { return UnsafeBufferPointer(start: nil, count: 0) }
        let room = take(values.count * MemoryLayout<Value>.stride).bindMemory(to: Value.self, capacity: values.count)
        room.initialize(from: values, count: values.count)
        return UnsafeBufferPointer(start: room, count: values.count)
    }
}

import Glibc

/// A stretch of a stream in memory, which moves along as its bytes are used up.
///
/// Behind the last byte stands a sentinel and then zeros, so that a scan that looks for the sentinel in words of eight
/// bytes needs no comparison with the end.
struct ByteWindow: ~Copyable {
    static let chunk = 256 << 10
    private static let padding = 16

    private(set) var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// The first byte that is not used up; whoever uses bytes moves it.
    var start = 0
    private(set) var end = 0
    /// Whether the stream has ended: what lies here is all that is left.
    private(set) var isAtEnd = false
    private let stream: any ByteStream
    private let sentinel: UInt8

    init(_ stream: any ByteStream, sentinel: UInt8, capacity: Int = ByteWindow.chunk) {
        (self.stream, self.sentinel, self.capacity) = (stream, sentinel, capacity)
        base = .allocate(capacity: capacity + Self.padding)
        base.initialize(repeating: 0, count: capacity + Self.padding)
        putSentinel()
    }

    deinit { base.deallocate() }

    var count: Int { end - start }

    /// Brings in more bytes behind those that are not used up, which move to the front; false when there are none.
    /// Whoever calls it again and again without using bytes up says first how many are too many.
    mutating func more() throws(ReadingError) -> Bool {
        if isAtEnd { return false }
        if start > 0 {
            memmove(base, base + start, count)
            (start, end) = (0, count)
        }
        // At least half of the memory is free for what comes, so the moving stays cheap.
        if end > capacity / 2 { grow() }
        let free = UnsafeMutableRawBufferPointer(start: base + end, count: capacity - end)
        let got = try stream.read(into: free)
        end += got
        isAtEnd = got == 0
        putSentinel()
        return got > 0
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2 + Self.padding)
        memcpy(larger, base, end)
        base.deallocate()
        (base, capacity) = (larger, capacity * 2)
    }

    private func putSentinel() {
        base[end] = sentinel
        (base + end + 1).initialize(repeating: 0, count: Self.padding - 1)
    }
}

import CZlib

/// Compression in the gzip format (RFC 1952).
public enum Gzip {
    /// 1 is fast, 9 is small.
    public static let defaultLevel = 6

    /// The whole of `bytes` compressed; nil when memory is short or the level is not from 1 to 9, so that the answer
    /// goes out as it is.
    public static func compress(_ bytes: UnsafeRawBufferPointer, level: Int = defaultLevel) -> [UInt8]? {
        guard var stream = GzipStream(level: level) else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count / 3 + 64)
        stream.write(bytes, .finish) { output.append(contentsOf: $0) }
        return output
    }
}

/// Compresses a body piece by piece.
/// `@unchecked Sendable`: its memory has one owner, which moves as a whole.
public struct GzipStream: ~Copyable, @unchecked Sendable {
    public enum Flush: Sendable {
        /// Hand over what fills up.
        case none
        /// Hand over all that was written: the client can read it at once.
        case sync
        /// End the stream.
        case finish
    }

    private static let bufferSize = 16 * 1024
    // zlib remembers the address of its state, so it stays on the heap.
    private let state: UnsafeMutablePointer<z_stream>
    private let buffer: UnsafeMutableRawBufferPointer

    /// Nil when memory is short or the level is not from 1 to 9.
    public init?(level: Int = Gzip.defaultLevel) {
        guard (1...9).contains(level) else { return nil }
        let state = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        state.initialize(to: z_stream())
        guard czlib_gzip_init(state, Int32(level)) == Z_OK else {
            state.deallocate()
            return nil
        }
        self.state = state
        buffer = .allocate(byteCount: Self.bufferSize, alignment: 16)
    }

    deinit {
        deflateEnd(state)
        state.deallocate()
        buffer.deallocate()
    }

    /// Compresses `input` and hands over what is ready. After `finish` nothing more comes out.
    public mutating func write(
        _ input: UnsafeRawBufferPointer, _ flush: Flush = .none, sink: (UnsafeRawBufferPointer) -> Void
    ) {
        // zlib counts in 32 bits.
        let step = Int(Int32.max)
        var at = 0
        repeat {
            let count = min(step, input.count - at)
            let isLast = at + count == input.count
            deflatePiece(UnsafeRawBufferPointer(rebasing: input[at..<at + count]), isLast ? flush : .none, sink)
            at += count
        } while at < input.count
    }

    private mutating func deflatePiece(
        _ input: UnsafeRawBufferPointer, _ flush: Flush, _ sink: (UnsafeRawBufferPointer) -> Void
    ) {
        let mode =
            switch flush {
            case .none: Z_NO_FLUSH
            case .sync: Z_SYNC_FLUSH
            case .finish: Z_FINISH
            }
        // zlib's input is not const in its declaration, but is only read.
        state.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        state.pointee.avail_in = UInt32(input.count)
        repeat {
            state.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
            state.pointee.avail_out = UInt32(buffer.count)
            // With room for output the only other results are the end and "nothing to do", which both end the loop.
            deflate(state, mode)
            let count = buffer.count - Int(state.pointee.avail_out)
            if count > 0 { sink(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
        } while state.pointee.avail_out == 0
    }
}

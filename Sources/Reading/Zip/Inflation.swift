import CZlib

/// zlib's unpacking of raw deflate data, with the memory for what is packed.
struct Inflation: ~Copyable {
    enum Step {
        /// As much as there was room for, or as the input gave.
        case wrote(Int)
        case ended(Int)
        case broken
    }

    // zlib remembers the address of its state, so it stays on the heap.
    private let state: UnsafeMutablePointer<z_stream>
    /// Where packed bytes are put before `take`.
    let input: UnsafeMutableRawBufferPointer

    /// Nil when memory is short.
    init?() {
        let state = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        state.initialize(to: z_stream())
        guard czlib_raw_inflate_init(state) == Z_OK else {
            state.deallocate()
            return nil
        }
        self.state = state
        input = .allocate(byteCount: 64 << 10, alignment: 16)
    }

    deinit {
        inflateEnd(state)
        state.deallocate()
        input.deallocate()
    }

    /// The first `count` bytes of `input` are to be unpacked. All earlier ones have been.
    mutating func take(_ count: Int) {
        state.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        state.pointee.avail_in = UInt32(count)
    }

    mutating func step(into output: UnsafeMutableRawBufferPointer) -> Step {
        state.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        state.pointee.avail_out = UInt32(output.count)
        let result = inflate(state, Z_NO_FLUSH)
        let count = output.count - Int(state.pointee.avail_out)
        switch result {
        case Z_OK, Z_BUF_ERROR: return .wrote(count)
        case Z_STREAM_END: return .ended(count)
        default: return .broken
        }
    }
}

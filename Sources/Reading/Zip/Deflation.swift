import CZlib

/// Raw deflate into memory, with what an archive must know of the content.
struct Deflation {
    private final class State {
        // zlib remembers the address of its state, so it stays on the heap.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        let isReady: Bool
        init() {
            stream.initialize(to: z_stream())
            isReady = czlib_raw_deflate_init(stream, 6) == Z_OK
        }
        deinit {
            if isReady { deflateEnd(stream) }
            stream.deallocate()
        }
    }

    private(set) var bytes: [UInt8] = []
    private(set) var checksum: UInt32 = 0
    private(set) var size = 0
    private let state = State()

    init() { precondition(state.isReady, "no memory for a deflate stream") }

    mutating func write(_ content: [UInt8]) {
        size += content.count
        content.withUnsafeBufferPointer { checksum = UInt32(crc32_z(UInt(checksum), $0.baseAddress, $0.count)) }
        run(content, Z_NO_FLUSH)
    }

    mutating func finish() { run([], Z_FINISH) }

    private mutating func run(_ content: [UInt8], _ flush: Int32) {
        var content = content
        let stream = state.stream
        content.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            repeat {
                let piece = [UInt8](unsafeUninitializedCapacity: 64 << 10) { output, count in
                    stream.pointee.next_out = output.baseAddress
                    stream.pointee.avail_out = UInt32(output.count)
                    // With room for output the only other results are the end and "nothing to do".
                    deflate(stream, flush)
                    count = output.count - Int(stream.pointee.avail_out)
                }
                bytes += piece
            } while stream.pointee.avail_out == 0
        }
    }
}

import CZlib
import Platform
import Testing

@testable import HTTP

struct GzipTests {
    /// zlib's own reading of a gzip stream; nil when it is not whole.
    static func inflated(_ bytes: [UInt8], isWhole: Bool = true) -> [UInt8]? {
        var stream = z_stream()
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
        defer { inflateEnd(&stream) }
        var (input, output) = (bytes, [UInt8]())
        var buffer = [UInt8](repeating: 0, count: 4096)
        var result = Z_OK
        input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            repeat {
                buffer.withUnsafeMutableBufferPointer { buffer in
                    stream.next_out = buffer.baseAddress
                    stream.avail_out = UInt32(buffer.count)
                    result = inflate(&stream, Z_NO_FLUSH)
                }
                output += buffer[..<(buffer.count - Int(stream.avail_out))]
            } while result == Z_OK && (stream.avail_in > 0 || stream.avail_out == 0)
        }
        return (result == Z_STREAM_END) == isWhole ? output : nil
    }

    static let samples: [[UInt8]] = {
        var generator = Random(seed: 5)
        let noise = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        return [[], [0], Array(repeating: 65, count: 200_000), noise, Array("zone_grise ".utf8)]
    }()

    @Test(arguments: samples.indices, [1, 6, 9])
    func comesBack(_ sample: Int, _ level: Int) throws {
        let bytes = Self.samples[sample]
        let compressed = try #require(bytes.withUnsafeBytes { Gzip.compress($0, level: level) })
        #expect(compressed.starts(with: [0x1f, 0x8b]))
        #expect(Self.inflated(compressed) == bytes)
    }

    @Test func refusesLevels() {
        #expect(Gzip.compress(bytes("a"), level: 0) == nil)
        #expect(Gzip.compress(bytes("a"), level: 10) == nil)
    }

    @Test func streams() throws {
        var made: [UInt8] = []
        var expected: [UInt8] = []
        guard var stream = GzipStream(level: 6) else {
            Issue.record("no stream")
            return
        }
        for (place, sample) in Self.samples.enumerated() {
            sample.withUnsafeBytes { stream.write($0, place % 2 == 0 ? .sync : .none) { made += Array($0) } }
            expected += sample
            // What was flushed can be read at once.
            if place % 2 == 0 { #expect(Self.inflated(made, isWhole: false) == expected) }
        }
        stream.write(UnsafeRawBufferPointer(start: nil, count: 0), .finish) { made += Array($0) }
        #expect(Self.inflated(made) == expected)
        stream.write(bytes("late"), .finish) { made += Array($0) }
        #expect(Self.inflated(made) == expected)
    }
}

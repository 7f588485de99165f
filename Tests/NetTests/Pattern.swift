import Glibc
import HTTP

/// Bytes of which each tells its place, so that a lost, doubled or swapped piece shows.
struct Pattern {
    private var count = 0
    private var isIntact = true

    private static let period = 131_072
    /// Two periods, so that a piece of one period can begin anywhere in the first.
    private static let table = [UInt8](unsafeUninitializedCapacity: 2 * period) { buffer, count in
        for place in 0..<2 * period { buffer[place] = UInt8(truncatingIfNeeded: place &* 31 &+ place >> 9) }
        count = 2 * period
    }

    /// Makes the table, which takes long under a sanitizer, before any clock runs.
    static func prepare() { _ = table }

    static func bytes(_ count: Int, from start: Int = 0) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            pieces(count, from: start) { at, expected in
                memcpy(buffer.baseAddress! + at, expected.baseAddress!, expected.count)
            }
            filled = count
        }
    }

    static func write(_ size: Int, to sink: any BodySink) async throws {
        var sent = 0
        while sent < size {
            let part = min(32_768, size - sent)
            try await sink.write(bytes(part, from: sent))
            sent += part
        }
    }

    /// "`count` intact", or "`count` damaged".
    static func verdict(_ bytes: [UInt8]) -> String {
        var pattern = Pattern()
        pattern.check(bytes)
        return pattern.verdict
    }

    mutating func check(_ piece: [UInt8]) {
        piece.withUnsafeBytes { piece in
            Self.pieces(piece.count, from: count) { at, expected in
                if memcmp(piece.baseAddress! + at, expected.baseAddress!, expected.count) != 0 { isIntact = false }
            }
        }
        count += piece.count
    }

    var verdict: String { "\(count) \(isIntact ? "intact" : "damaged")" }

    private static func pieces(_ count: Int, from start: Int, _ body: (Int, UnsafeRawBufferPointer) -> Void) {
        table.withUnsafeBytes { table in
            for at in stride(from: 0, to: count, by: period) {
                let begin = (start + at) % period
                body(at, UnsafeRawBufferPointer(rebasing: table[begin..<begin + min(period, count - at)]))
            }
        }
    }
}

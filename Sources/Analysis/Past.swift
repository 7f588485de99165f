import CZlib
import Customs

/// What was known when a training ended, packed into a package's file: gzip of a history's snapshot.
enum Past {
    static let file = "passe.gz"
    private static let level: Int32 = 6
    /// Unpacked, more than this is no past that we wrote.
    private static let largest = 4 << 30

    static func pack(_ history: History) -> [UInt8] {
        var input = history.snapshot()
        var stream = z_stream()
        precondition(czlib_gzip_init(&stream, level) == Z_OK, "no memory for a gzip stream")
        defer { deflateEnd(&stream) }
        var packed: [UInt8] = []
        let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 20)
        defer { piece.deallocate() }
        input.withUnsafeMutableBufferPointer { input in
            var offset = 0
            var state = Z_OK
            while state != Z_STREAM_END {
                // zlib counts in 32 bits.
                let count = min(input.count - offset, 1 << 30)
                stream.next_in = input.baseAddress.map { $0 + offset }
                stream.avail_in = UInt32(count)
                let isLast = offset + count == input.count
                repeat {
                    stream.next_out = piece.baseAddress
                    stream.avail_out = UInt32(piece.count)
                    state = deflate(&stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                    packed += piece[..<(piece.count - Int(stream.avail_out))]
                } while stream.avail_out == 0
                offset += count - Int(stream.avail_in)
            }
        }
        return packed
    }

    static func unpack(_ packed: [UInt8], needs: HistoryNeeds) throws(AnalysisError) -> History {
        let bytes = try inflated(packed)
        do throws(HistorySnapshotError) { return try History(bytes, needs: needs) } catch {
            let message =
                error.code == "other_questions"
                ? "le passé du modèle ne répond pas à toutes les questions des packs d’aujourd’hui : réentraînez-le"
                : "le passé du modèle est illisible"
            throw AnalysisError("passe_invalide", message, detail: error.code)
        }
    }

    private static func inflated(_ packed: [UInt8]) throws(AnalysisError) -> [UInt8] {
        let broken = AnalysisError("passe_invalide", "le passé du modèle est illisible", detail: "gzip")
        var packed = packed
        var stream = z_stream()
        guard czlib_gunzip_init(&stream) == Z_OK, packed.count < Int(UInt32.max) else { throw broken }
        defer { inflateEnd(&stream) }
        var bytes: [UInt8] = []
        let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 20)
        defer { piece.deallocate() }
        let ended = packed.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            while true {
                stream.next_out = piece.baseAddress
                stream.avail_out = UInt32(piece.count)
                let state = inflate(&stream, Z_NO_FLUSH)
                bytes += piece[..<(piece.count - Int(stream.avail_out))]
                if state == Z_STREAM_END { return stream.avail_in == 0 }
                guard state == Z_OK, bytes.count <= largest else { return false }
            }
        }
        guard ended else { throw broken }
        return bytes
    }
}

import HTTP
import Platform

/// A request's body between the connection, which fills it, and the handler, which empties it; both on one loop.
final class BodyPipe: BodyStream, @unchecked Sendable {  // confined to its connection's loop
    private let connection: Connection
    private let limit: Int
    private var bytes = ByteQueue()
    private var hasEnded = false
    private var wasFull = false
    private var failure: BodyError?
    private var reader: UnsafeContinuation<Void, Never>?
    /// The client waits for leave to send: it is given when the handler first asks.
    private var continueIsDue: Bool

    init(_ connection: Connection, limit: Int, expectsContinue: Bool) {
        (self.connection, self.limit, continueIsDue) = (connection, limit, expectsContinue)
    }

    /// The handler is behind: the connection is not read until it has caught up.
    var isFull: Bool { bytes.count >= limit }

    /// Whether the body has waited for its handler since this was last asked.
    func takeHeld() -> Bool {
        defer { wasFull = isFull }
        return wasFull
    }

    func append(_ piece: UnsafeRawBufferPointer, isLast: Bool) {
        bytes.append(piece)
        wasFull = wasFull || isFull
        hasEnded = hasEnded || isLast
        if !bytes.isEmpty || hasEnded { wakeReader() }
    }

    func fail(_ error: BodyError) {
        guard !hasEnded, failure == nil else { return }
        failure = error
        wakeReader()
    }

    func next() async throws(BodyError) -> [UInt8]? {
        if continueIsDue {
            continueIsDue = false
            // Inside an answer it would be part of that answer.
            if connection.exchange?.body === self, connection.exchange?.answerHasBegun == false, failure == nil {
                connection.write { $0.append("HTTP/1.1 100 Continue\r\n\r\n") }
            }
        }
        if bytes.isEmpty, !hasEnded, failure == nil {
            await withUnsafeContinuation { reader = $0 }
        }
        guard bytes.isEmpty else {
            let wasHeld = isFull
            let piece = Array(bytes.bytes)
            bytes.release()
            if wasHeld { connection.resume() }
            return piece
        }
        if let failure { throw failure }
        return nil
    }

    private func wakeReader() {
        guard let reader else { return }
        self.reader = nil
        reader.resume()
    }
}

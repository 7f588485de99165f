import HTTP

/// Where a handler writes a streamed response: frames what it is given and waits while the client is behind.
struct StreamSink: BodySink {
    private let connection: Connection
    private let exchange: Exchange
    private let framing: ResponseWriter.Framing

    init(_ connection: Connection, _ exchange: Exchange, framing: ResponseWriter.Framing) {
        (self.connection, self.exchange, self.framing) = (connection, exchange, framing)
    }

    func write(_ bytes: [UInt8]) async throws(BodyError) {
        guard connection.exchange === exchange, !exchange.isDisconnected else { throw .disconnected }
        guard !bytes.isEmpty else { return }
        // What goes beyond the announced length would be read as the next answer.
        if case .length(let length) = framing, exchange.bytesSent + bytes.count > length { throw .malformed }
        exchange.bytesSent += bytes.count
        connection.write { queue in
            if framing == .chunked {
                connection.server.writer.writeChunk(bytes, to: &queue)
            } else {
                queue.append(bytes)
            }
        }
        while connection.outbound.count >= connection.server.configuration.limits.buffered {
            await exchange.waitForRoom()
            guard connection.exchange === exchange, !exchange.isDisconnected else { throw .disconnected }
        }
    }

    /// Fails when less was written than was announced.
    func end() throws(BodyError) {
        if framing == .chunked { connection.write { connection.server.writer.writeLastChunk(to: &$0) } }
        if case .length(let length) = framing, length != exchange.bytesSent { throw .malformed }
    }
}

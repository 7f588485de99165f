/// Takes the data of a COPY FROM STDIN and passes it on in large pieces, no faster than the server reads.
public final class CopyWriter {
    private let link: Link
    private let isBinary: Bool
    private var buffer: [UInt8] = []
    private var hasHeader = false
    private var isEmpty = true

    private static let pieceSize = 65_536
    private static let signature: [UInt8] = [80, 71, 67, 79, 80, 89, 10, 0xFF, 13, 10, 0]

    init(_ link: Link, isBinary: Bool) { (self.link, self.isBinary) = (link, isBinary) }

    /// One row of a COPY … (FORMAT binary), its values in the order of the columns. Each value's type must be its
    /// column's own: nothing is converted here.
    public nonisolated(nonsending) func row(_ values: any PostgresEncodable...) async throws {
        guard isBinary else { throw DatabaseError(.misuse, "row() needs COPY … FROM STDIN (FORMAT binary)") }
        if !hasHeader { appendHeader() }
        buffer.append(bigEndian: Int16(values.count))
        for value in values {
            let start = buffer.count
            buffer.append(bigEndian: Int32(-1))
            guard !value.isNull else { continue }
            value.encode(into: &buffer)
            buffer.patchLength(at: start)
        }
        try await passOn(from: Self.pieceSize)
    }

    /// Data in the COPY's own format, cut anywhere.
    public nonisolated(nonsending) func write(_ bytes: some Sequence<UInt8>) async throws {
        buffer.append(contentsOf: bytes)
        try await passOn(from: Self.pieceSize)
    }

    private func appendHeader() {
        buffer += Self.signature
        buffer.append(bigEndian: Int32(0))  // flags
        buffer.append(bigEndian: Int32(0))  // extension
        hasHeader = true
    }

    private nonisolated(nonsending) func passOn(from size: Int) async throws {
        guard buffer.count >= size, !buffer.isEmpty else { return }
        isEmpty = false
        let piece = buffer
        buffer = []
        buffer.reserveCapacity(Self.pieceSize + 4096)
        _ = try await link.step { $0.put(piece, $1) }
    }

    nonisolated(nonsending) func finish() async throws {
        if isBinary, isEmpty, buffer.isEmpty { appendHeader() }
        if hasHeader { buffer.append(bigEndian: Int16(-1)) }
        try await passOn(from: 0)
    }
}

@available(*, unavailable)
extension CopyWriter: Sendable {}

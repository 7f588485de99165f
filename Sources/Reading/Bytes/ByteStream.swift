/// Bytes that come one piece after another.
protocol ByteStream: AnyObject {
    /// Puts the next bytes into `buffer` and says how many; 0 only at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ReadingError) -> Int
}

/// A range of a document from its beginning to its end.
final class DocumentStream: ByteStream {
    private let document: DocumentBytes
    private var offset: Int
    private let end: Int

    init(_ document: DocumentBytes, _ range: Range<Int>) {
        (self.document, offset, end) = (document, range.lowerBound, range.upperBound)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ReadingError) -> Int {
        let wanted = min(buffer.count, end - offset, document.pieceBytes)
        let got = try document.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]))
        guard got > 0 || wanted == 0 else { throw .shortened }
        offset += got
        return got
    }
}

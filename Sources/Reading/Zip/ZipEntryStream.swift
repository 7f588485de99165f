import CZlib

/// A file of an archive, unpacked piece by piece. Its size and checksum are those of the directory, or it fails.
final class ZipEntryStream: ByteStream {
    private let entry: ZipEntry
    private let packed: DocumentStream
    private var inflation: Inflation?
    private var checksum: UInt = 0
    private var done = 0
    private var isAtEnd = false

    init(_ document: DocumentBytes, _ entry: ZipEntry) throws(ReadingError) {
        self.entry = entry
        packed = DocumentStream(document, entry.data)
        if entry.method == .deflated {
            guard let inflation = Inflation() else { throw .badArchive("no memory to unpack") }
            self.inflation = consume inflation
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ReadingError) -> Int {
        if isAtEnd || buffer.isEmpty { return 0 }
        let got: Int
        if inflation == nil {
            got = try packed.read(into: buffer)
            isAtEnd = got == 0
        } else {
            got = try inflate(into: buffer)
        }
        done += got
        checksum = crc32(checksum, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(got))
        guard done <= entry.size else { throw .badArchive("a file is larger than announced") }
        if isAtEnd, done != entry.size || checksum != UInt(entry.checksum) {
            throw .badArchive("a file's size or checksum is wrong")
        }
        return got
    }

    /// At least one byte, unless the end has come.
    private func inflate(into buffer: UnsafeMutableRawBufferPointer) throws(ReadingError) -> Int {
        let buffer = UnsafeMutableRawBufferPointer(rebasing: buffer[..<min(buffer.count, 1 << 30)])
        while true {
            switch inflation?.step(into: buffer) {
            case .wrote(let count)?:
                if count > 0 { return count }
                let input = inflation?.input ?? UnsafeMutableRawBufferPointer(start: nil, count: 0)
                let got = try packed.read(into: input)
                guard got > 0 else { throw .badArchive("a file ends too early") }
                inflation?.take(got)
            case .ended(let count)?:
                isAtEnd = true
                return count
            case .broken?, nil: throw .badArchive("a file is not what deflate writes")
            }
        }
    }
}

/// A text document as UTF-8, whatever it is written in, without its byte order mark.
final class TextStream: ByteStream {
    private let raw: DocumentStream
    private let encoding: TextEncoding
    /// Grows with the room that is offered, so that long records do not come in ever more pieces.
    private var scratch: [UInt8]
    /// Bytes at the front of `scratch` that are the beginning of a character.
    private var carried = 0

    init(_ document: DocumentBytes, _ encoding: TextEncoding) {
        raw = DocumentStream(document, encoding.markSize..<max(document.count, encoding.markSize))
        self.encoding = encoding
        scratch = encoding == .utf8 || encoding == .markedUTF8 ? [] : [UInt8](repeating: 0, count: 64 << 10)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ReadingError) -> Int {
        guard !scratch.isEmpty else { return try raw.read(into: buffer) }
        // No byte becomes more than three.
        let room = buffer.count / 3
        if scratch.count < room { scratch.append(contentsOf: repeatElement(0, count: room - scratch.count)) }
        while true {
            let got = try scratch.withUnsafeMutableBufferPointer { scratch throws(ReadingError) in
                let free = UnsafeMutableBufferPointer(rebasing: scratch[carried..<max(carried, room)])
                return try raw.read(into: UnsafeMutableRawBufferPointer(free))
            }
            let isLast = got == 0
            let count = carried + got
            carried = 0
            let written = isLast && count == 0 ? 0 : transcode(count, isLast: isLast, into: buffer)
            if written > 0 || isLast { return written }
        }
    }

    private func transcode(_ count: Int, isLast: Bool, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let output = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
        return scratch.withUnsafeMutableBufferPointer { scratch in
            guard let input = scratch.baseAddress else { return 0 }
            if encoding == .windows1252 { return Windows1252.transcode(input, count, to: output) }
            let result =
                encoding == .brokenUTF8
                ? UTF8Repair.transcode(input, count, isLast: isLast, to: output)
                : UTF16Text.transcode(
                    input, count, isBigEndian: encoding == .utf16BigEndian, isLast: isLast, to: output)
            for k in result.read..<count { input[k - result.read] = input[k] }
            carried = count - result.read
            return result.written
        }
    }
}

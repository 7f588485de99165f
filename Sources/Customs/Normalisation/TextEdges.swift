/// Where a cell's text begins and ends once spaces around it are left out, no-break spaces among them.
enum TextEdges {
    static func trimmed(_ text: Span<UInt8>) -> (start: Int, end: Int) {
        var start = 0
        while start < text.count {
            let width = spaceWidth(text, start)
            if width == 0 { break }
            start += width
        }
        return (start, trimmedEnd(text, from: start, to: text.count))
    }

    static func trimmedEnd(_ text: Span<UInt8>, from start: Int, to end: Int) -> Int {
        var end = end
        while end > start {
            let byte = text[end - 1]
            if isSpace(byte) {
                end -= 1
            } else if byte == 0xa0, end - 2 >= start, text[end - 2] == 0xc2 {
                end -= 2
            } else if byte == 0xaf, end - 3 >= start, text[end - 2] == 0x80, text[end - 3] == 0xe2 {
                end -= 3
            } else {
                break
            }
        }
        return end
    }

    private static func spaceWidth(_ text: Span<UInt8>, _ k: Int) -> Int {
        if isSpace(text[k]) { return 1 }
        if text[k] == 0xc2, k + 1 < text.count, text[k + 1] == 0xa0 { return 2 }
        if text[k] == 0xe2, k + 2 < text.count, text[k + 1] == 0x80, text[k + 2] == 0xaf { return 3 }
        return 0
    }

    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x09 < 5 }
}

/// The texts that cells of a workbook share: one flat run of bytes, and where each ends.
struct SharedTexts {
    private var bytes: [UInt8] = []
    private var ends: [UInt32] = []

    init() {}

    init(_ xml: consuming XMLReader, _ limits: ReadingLimits) throws(ReadingError) {
        let most = min(limits.sharedTextBytes, Int(UInt32.max) - limits.recordBytes * 2)
        while true {
            switch try xml.next() {
            case .open where xml.isNamed("si"):
                let start = bytes.count
                try RichText.append(&xml, to: &bytes)
                guard bytes.count - start <= limits.cellBytes else { throw .badWorkbook("a text is too long") }
                ends.append(UInt32(bytes.count))
                // An empty text costs memory too.
                guard bytes.count + ends.count * 4 <= most else { throw .tooExpanded("too much shared text") }
            case .end: return
            default: continue
            }
        }
    }

    /// Appends a text; false when there is none of that number.
    func append(_ index: Int, to other: inout [UInt8]) -> Bool {
        guard index < ends.count else { return false }
        let start = index == 0 ? 0 : Int(ends[index - 1])
        other.append(contentsOf: bytes[start..<Int(ends[index])])
        return true
    }
}

/// A text with fonts and colours, of which only the text counts.
enum RichText {
    /// Appends the text of the element that was opened last, and reads to its end. How it is pronounced is left out.
    static func append(_ xml: inout XMLReader, to bytes: inout [UInt8]) throws(ReadingError) {
        let (outer, start) = (xml.depth - 1, bytes.count)
        var isText = false
        while true {
            switch try xml.next() {
            case .open:
                if xml.isNamed("rPh") { try xml.skipElement() } else { isText = xml.isNamed("t") }
            case .text: if isText { try xml.appendText(to: &bytes) }
            case .close:
                isText = false
                if xml.depth == outer { return EscapedCharacters.decode(&bytes, from: start) }
            case .end: return
            }
        }
    }
}

/// Writes a table as spreadsheets of French-speaking offices open it: UTF-8 with its mark, `;` between cells, CRLF.
///
/// It appends to memory that whoever writes hands on and empties as it likes: `drain`.
public struct CSVWriter {
    private var bytes: [UInt8]
    private let delimiter: UInt8
    private var isFirstCell = true

    public init(delimiter: UInt8 = UInt8(ascii: ";"), isMarked: Bool = true) {
        self.delimiter = delimiter
        bytes = isMarked ? [0xef, 0xbb, 0xbf] : []
    }

    /// A cell of text. What a spreadsheet would take for a formula gets an apostrophe in front.
    public mutating func text(_ text: some Sequence<UInt8>) { cell(FormulaGuard.guarded(Array(text))) }

    public mutating func text(_ text: String) { self.text(text.utf8) }

    /// A cell that a program has made: a number, a date, a code of ours.
    public mutating func number(_ text: String) { cell(Array(text.utf8)) }

    public mutating func endRecord() {
        bytes += [0x0d, 0x0a]
        isFirstCell = true
    }

    public mutating func record(_ texts: [String]) {
        for text in texts { self.text(text) }
        endRecord()
    }

    /// How many bytes wait to be handed on.
    public var count: Int { bytes.count }

    /// Gives out what was written since the last time.
    public mutating func drain() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    private mutating func cell(_ text: [UInt8]) {
        if !isFirstCell { bytes.append(delimiter) }
        isFirstCell = false
        guard needsQuotes(text) else { return bytes += text }
        bytes.append(0x22)
        for byte in text {
            if byte == 0x22 { bytes.append(0x22) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }

    /// Spaces at the edges are quoted too: some programs would drop them.
    private func needsQuotes(_ text: [UInt8]) -> Bool {
        guard let first = text.first, let last = text.last else { return false }
        if first == 0x20 || last == 0x20 { return true }
        return text.contains { $0 == delimiter || $0 == 0x22 || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
    }
}

/// A table of delimited text.
public final class CSVTable: Table {
    public var encoding: String { form.encoding.name }
    public var delimiter: UInt8? { form.delimiter }
    public private(set) var line = 1
    public var cellCount: Int { splitter.count }

    private let form: CSVForm
    private let limits: ReadingLimits
    private var window: ByteWindow
    private var splitter: CSVSplitter
    private var recordCount = 0
    /// Where the current record lies in the window.
    private var (recordStart, recordSize) = (0, 0)
    /// A shorter record cannot break a limit on sizes.
    private let smallestLimit: Int
    /// Line breaks from the start of the current record to that of the next.
    private var lineBreaks = 0

    init(_ document: DocumentBytes, _ form: CSVForm, _ limits: ReadingLimits) throws(ReadingError) {
        (self.form, self.limits) = (form, limits)
        smallestLimit = min(limits.cellBytes, limits.recordBytes)
        window = ByteWindow(
            TextStream(document, form.encoding), sentinel: 0x0a,
            capacity: min(ByteWindow.chunk, max(64, document.pieceBytes)))
        splitter = CSVSplitter(delimiter: form.delimiter, capacity: limits.cells)
        if form.hasSeparatorLine {
            _ = try next()
            recordCount = 0
        }
    }

    public func next() throws(ReadingError) -> Bool {
        line += lineBreaks
        lineBreaks = 0
        while true {
            if window.count == 0 {
                if try window.more() { continue }
                return false
            }
            let start = window.start
            switch splitter.split(window.base, start, window.end, isLast: window.isAtEnd) {
            case .complete(let next):
                guard recordCount < limits.records else { throw .tooManyRecords(limits.records) }
                recordCount += 1
                lineBreaks = splitter.lineBreaks
                splitter.unquote(window.base + start)
                window.start = next
                (recordStart, recordSize) = (start, next - start)
                if recordSize > smallestLimit { try checkSize() }
                return true
            case .incomplete: try bringMore()
            case .tooManyCells: throw .tooManyCells(line: line, limits.cells)
            }
        }
    }

    private func bringMore() throws(ReadingError) {
        let openQuote = splitter.openQuote.map { line + $0 }
        if window.count > limits.recordBytes {
            if let openQuote { throw .unclosedQuote(line: openQuote) }
            throw .recordTooLong(line: line, limits.recordBytes)
        }
        // The end makes complete what is not inside quotes.
        if window.isAtEnd, let openQuote { throw .unclosedQuote(line: openQuote) }
        _ = try window.more()
    }

    private func checkSize() throws(ReadingError) {
        guard recordSize <= limits.recordBytes else { throw .recordTooLong(line: line, limits.recordBytes) }
        for index in 0..<splitter.count where splitter.range(index).count > limits.cellBytes {
            throw .cellTooLong(line: line, limits.cellBytes)
        }
    }

    public func withCell<R>(_ index: Int, _ body: (Span<UInt8>) throws -> R) rethrows -> R {
        let range = splitter.range(index)
        let cell = UnsafeBufferPointer(start: window.base + recordStart + range.lowerBound, count: range.count)
        return try body(cell.span)
    }

    public func copy(into record: inout TableRecord) {
        let text = UnsafeBufferPointer(start: window.base + recordStart, count: recordSize)
        record.become(text, splitter.bounds, line: line)
    }
}

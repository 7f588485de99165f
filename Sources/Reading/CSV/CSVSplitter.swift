/// Finds the cells of one record of delimited text, in place.
///
/// A quote opens a quoted cell only at the cell's very beginning; inside, two quotes mean one, and delimiters and line
/// breaks are text. What stands between the closing quote and the next delimiter belongs to the cell as it is. A line
/// ends with LF, CR or both.
struct CSVSplitter: ~Copyable {
    enum Outcome {
        /// The record is complete, and the next one starts there.
        case complete(next: Int)
        /// More bytes must come first.
        case incomplete
        case tooManyCells
    }

    private static let quote: UInt8 = 0x22
    private static let (lineFeed, carriageReturn): (UInt8, UInt8) = (0x0a, 0x0d)

    let delimiter: UInt8
    /// Counted from the record's start. A raw cell, whose text has yet to be taken out of its quotes, is marked by the
    /// complement of where its opening quote stands.
    private let cells: UnsafeMutablePointer<TableRecord.Bounds>
    private let capacity: Int
    private(set) var count = 0
    /// Line breaks in the record, its own end included.
    private(set) var lineBreaks = 0
    /// After `incomplete`: how many line breaks come before the quote that is open at the end, if one is.
    private(set) var openQuote: Int?
    private var hasRawCells = false

    init(delimiter: UInt8, capacity: Int) {
        self.delimiter = delimiter
        self.capacity = max(1, capacity)
        cells = .allocate(capacity: self.capacity)
    }

    deinit { cells.deallocate() }

    /// Where the text of a cell lies, from the record's start.
    @inline(__always)
    func range(_ index: Int) -> Range<Int> {
        guard index >= 0, index < count else { return 0..<0 }
        return Int(cells[index].start)..<Int(cells[index].end)
    }

    var bounds: UnsafeBufferPointer<TableRecord.Bounds> { UnsafeBufferPointer(start: cells, count: count) }

    /// Finds the cells of the record that starts at `start`; afterwards `unquote` must be called before they are used.
    /// Behind `end` stand a line feed and eight bytes that may be read. Only when `isLast` may the end of the bytes be
    /// that of the record.
    mutating func split(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, isLast: Bool) -> Outcome {
        let delimiter = delimiter
        let delimiters = UInt64(delimiter) &* ByteWord.ones
        let (cells, capacity) = (cells, capacity)
        var (k, cell, breaks, hasRaw) = (start, 0, 0, false)
        openQuote = nil
        while true {
            guard cell < capacity else { return .tooManyCells }
            var (from, closing, isRaw) = (k, -1, false)
            if base[k] == Self.quote {
                guard let close = closingQuote(base, k, end, isLast: isLast, &breaks, &isRaw) else {
                    return .incomplete
                }
                (closing, k) = (close, close &+ 1)
            }
            k = ByteWord.lineEnd(base, k, or: delimiters)
            var to = k
            if closing >= 0 {
                isRaw = isRaw || k > closing &+ 1
                hasRaw = hasRaw || isRaw
                if isRaw { from = start &+ ~(from &- start) } else { (from, to) = (from &+ 1, closing) }
            }
            cells[cell] = TableRecord.Bounds(
                start: Int32(truncatingIfNeeded: from &- start), end: Int32(truncatingIfNeeded: to &- start))
            cell &+= 1
            let byte = base[k]
            if byte == delimiter {
                k &+= 1
                continue
            }
            if k >= end {
                if !isLast { return .incomplete }
            } else {
                breaks &+= 1
                k &+= 1
                if byte == Self.carriageReturn {
                    if k == end, !isLast { return .incomplete }
                    if k < end, base[k] == Self.lineFeed { k &+= 1 }
                }
            }
            (count, lineBreaks, hasRawCells) = (cell, breaks, hasRaw)
            return .complete(next: k)
        }
    }

    /// Where the quote that closes the cell at `start` stands; nil when it has not come.
    private mutating func closingQuote(
        _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, isLast: Bool, _ breaks: inout Int,
        _ hasQuotes: inout Bool
    ) -> Int? {
        let opened = breaks
        var k = start &+ 1
        while true {
            k = ByteWord.lineEnd(base, k, or: UInt64(Self.quote) &* ByteWord.ones)
            guard k < end else { break }
            let byte = base[k]
            if byte == Self.quote {
                // The next byte decides whether it closes the cell.
                if k &+ 1 == end, !isLast { break }
                guard k &+ 1 < end, base[k &+ 1] == Self.quote else { return k }
                hasQuotes = true
                k &+= 2
                continue
            }
            k &+= 1
            breaks &+= 1
            if byte == Self.carriageReturn {
                if k == end, !isLast { break }
                if k < end, base[k] == Self.lineFeed { k &+= 1 }
            }
        }
        openQuote = opened
        return nil
    }

    /// Takes the texts of the record at `base` out of their quotes, in place: what they lose is left behind them.
    @inline(__always)
    mutating func unquote(_ base: UnsafeMutablePointer<UInt8>) {
        if hasRawCells { unquoteRawCells(base) }
    }

    @inline(never)
    private mutating func unquoteRawCells(_ base: UnsafeMutablePointer<UInt8>) {
        for index in 0..<count where cells[index].start < 0 {
            let (start, end) = (Int(~cells[index].start), Int(cells[index].end))
            var (read, write, isInside) = (start + 1, start, true)
            while read < end {
                if isInside, base[read] == Self.quote {
                    read += 1
                    isInside = read < end && base[read] == Self.quote
                    if !isInside { continue }
                }
                base[write] = base[read]
                read += 1
                write += 1
            }
            cells[index] = TableRecord.Bounds(start: Int32(start), end: Int32(write))
        }
        hasRawCells = false
    }
}

/// Which delimiter a text uses: the one that cuts its first records most consistently.
enum DelimiterSearch {
    /// In the order of preference among equals.
    private static let candidates: [UInt8] = [0x3b, 0x2c, 0x09, 0x7c]
    private static let mostRecords = 200
    private static let mostCells = 1024

    /// A comma that is a decimal mark cuts rows but not the header, one in a description not every row: a delimiter
    /// that cuts all records alike counts four times.
    static func run(_ window: borrowing ByteWindow) -> UInt8 {
        var best = (delimiter: candidates[0], weight: 0)
        for delimiter in candidates {
            let weight = weight(delimiter, window)
            if weight > best.weight { best = (delimiter, weight) }
        }
        return best.delimiter
    }

    /// How many delimiters stand in the records that have the commonest count of cells.
    private static func weight(_ delimiter: UInt8, _ window: borrowing ByteWindow) -> Int {
        var splitter = CSVSplitter(delimiter: delimiter, capacity: mostCells)
        var records = [Int](repeating: 0, count: mostCells + 1)
        var (position, seen) = (window.start, 0)
        while position < window.end, seen < mostRecords {
            guard case .complete(let next) = splitter.split(window.base, position, window.end, isLast: window.isAtEnd)
            else { break }
            position = next
            if splitter.count == 1, splitter.range(0).isEmpty { continue }
            records[splitter.count] += 1
            seen += 1
        }
        var (weight, agreeing) = (0, 0)
        for count in 2...mostCells where records[count] * (count - 1) > weight {
            (weight, agreeing) = (records[count] * (count - 1), records[count])
        }
        return agreeing == seen ? 4 * weight : weight
    }
}

import CLanes

/// What a split may ask of a row: whether a number or a statistic is above a border, or whether a category is a value.
enum Question: Hashable {
    /// By cell.
    case number(Int)
    /// The category's values one by one: a bin is a level.
    case value(category: Int)
    case statistic(Statistic)
}

/// A question's answers for all rows, those for learning first: a bin a row, in a byte or two.
final class GrowingColumn {
    let question: Question
    /// Between the bins; empty for values of a category.
    let borders: [Float]
    let bins: Int
    let sense: Int
    let rows: Int
    private let bytes: UnsafeMutablePointer<UInt8>?
    private let words: UnsafeMutablePointer<UInt16>?
    /// The rows for learning by their bin, for columns of very many bins.
    private(set) var sorted: UnsafeMutablePointer<Int32>?

    /// More bins than that take two bytes.
    static let mostInByte = 256
    static let mostBins = 65_536

    /// `fill` gives each row's bin.
    init(
        _ question: Question, borders: [Float], bins: Int, sense: Int = 0, rows: Int,
        fill: (_ row: Int) -> Int
    ) {
        (self.question, self.borders, self.bins, self.sense, self.rows) = (question, borders, bins, sense, rows)
        if bins <= Self.mostInByte {
            let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, rows))
            for row in 0..<rows { bytes[row] = UInt8(truncatingIfNeeded: fill(row)) }
            (self.bytes, words) = (bytes, nil)
        } else {
            let words = UnsafeMutablePointer<UInt16>.allocate(capacity: rows)
            for row in 0..<rows { words[row] = UInt16(truncatingIfNeeded: fill(row)) }
            (bytes, self.words) = (nil, words)
        }
    }

    deinit {
        bytes?.deallocate()
        words?.deallocate()
        sorted?.deallocate()
    }

    var isExact: Bool { if case .value = question { true } else { false } }
    var isWide: Bool { words != nil }
    var splits: Int { isExact ? bins : bins - 1 }
    /// What it takes of memory.
    var size: Int { rows * (isWide ? 2 : 1) }

    func bin(_ row: Int) -> Int { bytes.map { Int($0[row]) } ?? words.map { Int($0[row]) } ?? 0 }

    var lanes: clanes_column {
        clanes_column(
            bytes: UnsafePointer(bytes), words: UnsafePointer(words), bins: Int32(bins), is_exact: isExact ? 1 : 0)
    }

    /// Sorts the first `learning` rows by their bin, by counting.
    func sort(learning: Int) {
        guard let words, sorted == nil else { return }
        var starts = [Int](repeating: 0, count: bins + 1)
        for row in 0..<learning { starts[Int(words[row]) + 1] += 1 }
        for bin in 0..<bins { starts[bin + 1] += starts[bin] }
        let sorted = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, learning))
        for row in 0..<learning {
            sorted[starts[Int(words[row])]] = Int32(row)
            starts[Int(words[row])] += 1
        }
        self.sorted = sorted
    }
}

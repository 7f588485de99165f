/// The articles that a file gave, flat: numbers in one array, texts in one run of bytes.
///
/// An article takes eight bytes a number, four a text and the texts themselves, so that hundreds of thousands fit.
struct ArticleStore: Sendable {
    /// Which fields of the vocabulary the numbers and the texts are, by their place.
    let numberFields: [Int]
    let textFields: [Int]
    /// All fields in the vocabulary's order, and where they are.
    let places: [(field: Int, isText: Bool, slot: Int)]
    private(set) var numbers: [Double] = []
    private var textEnds: [UInt32] = []
    private(set) var bytes: [UInt8] = []
    private(set) var records: [UInt32] = []
    private(set) var lines: [UInt32] = []

    var count: Int { records.count }

    /// More text than this has no place in 32-bit offsets.
    static let mostBytes = Int(UInt32.max) - (1 << 24)

    init(numberFields: [Int], textFields: [Int]) {
        (self.numberFields, self.textFields) = (numberFields, textFields)
        let all =
            numberFields.indices.map { (numberFields[$0], false, $0) }
            + textFields.indices.map { (textFields[$0], true, $0) }
        places = all.sorted { $0.0 < $1.0 }
    }

    /// Begins a row whose numbers are all missing; its texts follow in order, each ended by `endText`.
    mutating func begin(record: Int, line: Int) {
        records.append(UInt32(clamping: record))
        lines.append(UInt32(clamping: line))
        for _ in numberFields { numbers.append(.nan) }
    }

    mutating func set(_ value: Double, at slot: Int) { numbers[numbers.count - numberFields.count + slot] = value }
    mutating func append(_ byte: UInt8) { bytes.append(byte) }
    mutating func append(_ text: Span<UInt8>) { text.withUnsafeBufferPointer { bytes.append(contentsOf: $0) } }
    /// Where the text that is being written begins.
    var textStart: Int { Int(textEnds.last ?? 0) }
    mutating func endText() { textEnds.append(UInt32(truncatingIfNeeded: bytes.count)) }

    /// Takes the row that was begun last back out. It may have all its texts or only some.
    mutating func removeLast() {
        let before = count - 1
        let texts = before * textFields.count
        numbers.removeLast(numbers.count - before * numberFields.count)
        textEnds.removeLast(textEnds.count - texts)
        bytes.removeLast(bytes.count - (texts == 0 ? 0 : Int(textEnds[texts - 1])))
        records.removeLast()
        lines.removeLast()
    }

    func number(_ row: Int, _ slot: Int) -> Double { numbers[row * numberFields.count + slot] }

    func numbers(_ rows: ArraySlice<Int>, _ slot: Int) -> some Sequence<Double> {
        rows.lazy.map { [numbers, width = numberFields.count] row in numbers[row * width + slot] }
    }

    func range(_ row: Int, _ slot: Int) -> Range<Int> {
        let place = row * textFields.count + slot
        return (place == 0 ? 0 : Int(textEnds[place - 1]))..<Int(textEnds[place])
    }

    /// Nil when the text is missing.
    func text(_ row: Int, _ slot: Int) -> String? {
        let range = range(row, slot)
        return range.isEmpty ? nil : String(decoding: bytes[range], as: UTF8.self)
    }

    func haveEqualTexts(_ a: Int, _ b: Int, _ slot: Int) -> Bool {
        let (left, right) = (range(a, slot), range(b, slot))
        guard left.count == right.count else { return false }
        return zip(left, right).allSatisfy { bytes[$0] == bytes[$1] }
    }

    /// Whether two rows hold the same values, all of them.
    func areEqual(_ a: Int, _ b: Int) -> Bool {
        for slot in numberFields.indices where number(a, slot).bitPattern != number(b, slot).bitPattern { return false }
        return textFields.indices.allSatisfy { haveEqualTexts(a, b, $0) }
    }
}

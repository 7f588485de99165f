/// A text with a header and rows of fields (RFC 4180), kept as the bytes it came in and where each field lies in them.
///
/// It is for matrices that programs write: one delimiter, a comma, or a semicolon or tab when the header has one and no
/// comma; quotes around fields that need them; the same number of fields in every row. Anything else is refused with
/// its line. Customs' own files are another matter, and another room's.
public struct TextTable: Sendable {
    private let bytes: [UInt8]
    /// Start and end of each field, rows one after the other.
    private let fields: [(start: Int32, end: Int32)]
    /// Where each row begins, counted in lines from 1: quoted fields may have several.
    private let lines: [Int32]
    public let names: [String]

    /// Of the whole text.
    static let largest = 1 << 30
    static let mostColumns = 10_000

    public var rowCount: Int { lines.count }

    public init(_ text: [UInt8]) throws(LearningError) {
        guard text.count <= Self.largest else { throw LearningError(.tooLarge, "fichier") }
        var scanner = FieldScanner(text)
        let header = try scanner.header()
        names = header
        var fields: [(start: Int32, end: Int32)] = []
        var lines: [Int32] = []
        while let line = try scanner.row(width: header.count, into: &fields) { lines.append(Int32(line)) }
        (self.fields, self.lines, bytes) = (fields, lines, scanner.bytes)
    }

    /// Counted from 1, as an editor counts.
    public func line(_ row: Int) -> Int { Int(lines[row]) }

    public func column(_ name: String) -> Int? { names.firstIndex(of: name) }

    public func text(_ row: Int, _ column: Int) -> String {
        let field = fields[row * names.count + column]
        return String(decoding: bytes[Int(field.start)..<Int(field.end)], as: UTF8.self)
    }

    public func isEmpty(_ row: Int, _ column: Int) -> Bool {
        let field = fields[row * names.count + column]
        return field.start == field.end
    }

    /// The number, NaN when the field is empty, nil when it is no finite number.
    public func number(_ row: Int, _ column: Int) -> Double? {
        let field = fields[row * names.count + column]
        if field.start == field.end { return .nan }
        return bytes.withUnsafeBufferPointer { bytes in
            DecimalText.value(UnsafeBufferPointer(rebasing: bytes[Int(field.start)..<Int(field.end)]))
        }
    }

    /// Where a value stands, for whoever has to mend it.
    public func place(_ row: Int, _ column: Int) -> String { "ligne \(line(row)), colonne « \(names[column]) »" }
}

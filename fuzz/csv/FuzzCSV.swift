import Reading

/// What a table delivers, and how it ends.
private struct Outcome: Equatable {
    var records: [[[UInt8]]] = []
    var lines: [Int] = []
    var failure: String?

    init(_ bytes: [UInt8], pieces: Int = .max) {
        do throws(ReadingError) {
            let table = try TableFile(DocumentBytes(bytes, pieceBytes: pieces)).table()
            var record = TableRecord()
            while try table.next() {
                table.copy(into: &record)
                let cells = (0..<record.count).map { Array(record.bytes[record.range($0)]) }
                precondition(table.cellCount == cells.count && table.line == record.line)
                for (index, cell) in cells.enumerated() {
                    precondition(table.withCell(index) { $0.withUnsafeBufferPointer(Array.init) } == cell, "one cell")
                    precondition(String(validating: cell, as: UTF8.self) != nil, "UTF-8")
                }
                precondition(table.line > lines.last ?? 0 || table.encoding == "json", "lines go up")
                records.append(cells)
                lines.append(table.line)
            }
        } catch { failure = error.code }
    }
}

/// Wherever the pieces end, the outcome is the same; what is read and written reads back the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCSV(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let first = UnsafeBufferPointer(start: start, count: count).first else { return 0 }
    let bytes = Array(UnsafeBufferPointer(start: start, count: count).dropFirst())
    let whole = Outcome(bytes)
    precondition(whole == Outcome(bytes, pieces: Int(first % 8) + 1), "pieces")
    guard whole.failure == nil, !whole.records.isEmpty else { return 0 }

    var writer = CSVWriter(isMarked: false)
    for record in whole.records {
        for cell in record { writer.text(cell) }
        writer.endRecord()
    }
    let again = Outcome(Array("\u{feff}sep=;\r\n".utf8) + writer.drain())
    // A text that is half control characters is no longer taken for one.
    if again.failure == "not_csv" { return 0 }
    // A record without cells is a line with an empty one.
    let expected = whole.records.map { $0.isEmpty ? [[]] : $0.map(FormulaGuard.guarded) }
    precondition(again.failure == nil && again.records == expected, "round trip")
    return 0
}

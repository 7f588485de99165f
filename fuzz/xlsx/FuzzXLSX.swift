import CZlib
import Reading

/// An archive of stored files with right checksums, so that what is inside them is reached.
private func archive(_ parts: [(name: String, content: [UInt8])]) -> [UInt8] {
    func number(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
    var (files, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, content) in parts {
        let checksum = content.withUnsafeBufferPointer { Int(crc32_z(0, $0.baseAddress, $0.count)) }
        let common =
            number(20, 2) + number(0, 8) + number(checksum, 4) + number(content.count, 4) + number(content.count, 4)
            + number(name.utf8.count, 2) + number(0, 2)
        directory +=
            number(0x0201_4b50, 4) + number(20, 2) + common + number(0, 10) + number(files.count, 4) + name.utf8
        files += number(0x0403_4b50, 4) + common + name.utf8 + content
    }
    let end =
        number(0x0605_4b50, 4) + number(0, 4) + number(parts.count, 2) + number(parts.count, 2)
        + number(directory.count, 4) + number(files.count, 4) + number(0, 2)
    return files + directory + end
}

private struct Outcome: Equatable {
    var records: [[[UInt8]]] = []
    var failure: String?

    init(_ bytes: [UInt8], pieces: Int = .max) {
        var limits = ReadingLimits()
        limits.records = 2000
        limits.expandedBytes = 16 << 20
        do throws(ReadingError) {
            let table = try TableFile(DocumentBytes(bytes, pieceBytes: pieces), limits).table()
            var record = TableRecord()
            while try table.next() {
                table.copy(into: &record)
                let cells = (0..<record.count).map { Array(record.bytes[record.range($0)]) }
                for cell in cells { precondition(String(validating: cell, as: UTF8.self) != nil, "UTF-8") }
                records.append(cells)
            }
        } catch { failure = error.code }
    }
}

private let relations = """
    <Relationships><Relationship Id="s" Type="/worksheet" Target="s.xml"/>\
    <Relationship Id="t" Type="/sharedStrings" Target="t.xml"/><Relationship Id="y" Type="/styles" Target="y.xml"/>\
    </Relationships>
    """

/// The input is an archive, or the parts of a workbook between zeros: sheet, shared texts, styles, list of sheets.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzXLSX(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    var bytes = input
    if !input.starts(with: "PK".utf8) {
        var parts = input.split(separator: 0, maxSplits: 3, omittingEmptySubsequences: false).map(Array.init)
        while parts.count < 3 { parts.append(Array("<x/>".utf8)) }
        if parts.count < 4 { parts.append(Array("<workbook><sheets><sheet r:id=\"s\"/></sheets></workbook>".utf8)) }
        bytes = archive([
            ("xl/s.xml", parts[0]), ("xl/t.xml", parts[1]), ("xl/y.xml", parts[2]), ("xl/workbook.xml", parts[3]),
            ("xl/_rels/workbook.xml.rels", Array(relations.utf8)),
        ])
    }
    let whole = Outcome(bytes)
    let inPieces = Outcome(bytes, pieces: count % 5 + 1)
    // Of several things that are wrong, the first to be met depends on how much is unpacked at once.
    precondition(whole == inPieces || whole.failure != nil && inPieces.failure != nil, "pieces")
    guard whole.failure == nil else { return 0 }
    var writer = XLSXWriter()
    for record in whole.records {
        for cell in record { writer.text(cell) }
        writer.endRecord()
    }
    let again = Outcome(writer.finish())
    var expected = whole.records.map { $0.map(FormulaGuard.guarded) }
    // Blank cells at the end of a row and blank rows at the end of a sheet are not there.
    for k in expected.indices { while expected[k].last?.isEmpty == true { expected[k].removeLast() } }
    while expected.last?.isEmpty == true { expected.removeLast() }
    precondition(again.failure == nil && again.records == expected, "round trip")
    return 0
}

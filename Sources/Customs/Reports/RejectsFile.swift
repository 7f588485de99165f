public import Reading

/// The file that tells the sender which rows were refused and why: the rows as they were, with line, column, code and
/// reason. Cells that a spreadsheet would take for formulas are made harmless.
public enum RejectsFile {
    /// Reads `table` again from its beginning to find the refused rows.
    public static func write(
        _ file: DeclarationFile, _ table: any Table, to sink: ([UInt8]) throws -> Void
    ) throws {
        guard let mapping = file.mapping, let headerLine = file.headerLine else { return }
        var writer = CSVWriter()
        writer.record(["ligne", "colonne", "code", "motif"] + mapping.columns.map(\.header))
        var next = 0
        var record = 0
        var row = TableRecord()
        while next < file.rejected.count, try table.next() {
            if table.line <= headerLine { continue }
            record += 1
            guard record == file.rejected[next].record else { continue }
            table.copy(into: &row)
            let cells = (0..<row.count).map { row.text($0) }
            for reason in file.rejected[next].reasons {
                let column = reason.field.flatMap { mapping.column(of: $0)?.header } ?? ""
                let told = [String(row.line), column, reason.text(file.vocabulary), reason.message(file.vocabulary)]
                writer.record(told + cells)
            }
            next += 1
            if writer.count > 1 << 18 { try sink(writer.drain()) }
        }
        try sink(writer.drain())
    }
}

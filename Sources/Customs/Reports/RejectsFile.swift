public import Reading

/// The file that tells the sender which rows were refused and why: the rows as they were, with line, column, code and
/// reason. Cells that a spreadsheet would take for formulas are made harmless.
public enum RejectsFile {
    /// Reads `table` again from its beginning to find the refused rows.
    public static func write(
        _ file: DeclarationFile, _ table: any Table, to sink: ([UInt8]) throws -> Void
    ) throws {
        guard let mapping = file.mapping, let headerLine = file.headerLine else { return }
        var bytes: [UInt8] = []
        append(["ligne", "colonne", "code", "motif"] + mapping.columns.map(\.header), to: &bytes)
        var next = 0
        var record = 0
        var row = Row()
        while next < file.rejected.count, try table.next() {
            if table.line <= headerLine { continue }
            record += 1
            guard record == file.rejected[next].record else { continue }
            row.load(table)
            let cells = (0..<row.count).map { row.text($0) }
            for reason in file.rejected[next].reasons {
                let column = reason.field.flatMap { mapping.column(of: $0)?.header } ?? ""
                let told = [String(row.line), column, reason.text(file.vocabulary), reason.message(file.vocabulary)]
                append(told + cells, to: &bytes)
            }
            next += 1
            if bytes.count > 1 << 18 {
                try sink(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        try sink(bytes)
    }

    private static func append(_ cells: [String], to bytes: inout [UInt8]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { bytes.append(0x3b) }
            SpreadsheetCell.append(cell, to: &bytes)
        }
        bytes += [0x0d, 0x0a]
    }
}

/// A cell of a CSV file that a spreadsheet may open.
public enum SpreadsheetCell {
    /// Appends `text`, with an apostrophe before what would be run as a formula, quoted where needed.
    public static func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        if TextDefects.isFormula(text.utf8.span) || text == "=" { text = "'" + text }
        guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x3b || $0 == 0x0a || $0 == 0x0d }) else {
            bytes += text.utf8
            return
        }
        bytes.append(0x22)
        for byte in text.utf8 {
            if byte == 0x22 { bytes.append(0x22) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }
}

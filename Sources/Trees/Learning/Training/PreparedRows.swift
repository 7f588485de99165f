public import Platform

/// A table made ready for a trainer: encoded, and cut in slices of time.
public struct PreparedRows: Sendable {
    public let table: TrainingTable
    public let encoded: EncodedTable
    public let slices: TimeSlices
    /// The rows to stop on; empty when they are all of one kind.
    let stopping: Range<Int>
}

extension PreparedRows {
    /// Writes every row's cells as CSV, for trainers outside the program: `tranche`, `etiquette`, `poids`, `date`, then
    /// a column a cell. Missing cells are empty.
    public func writeCells(to path: String) throws(FileError) {
        var bytes = Array("tranche,etiquette,poids,date".utf8)
        for name in encoded.encoder.cellNames { bytes += ",\"".utf8 + name.utf8.filter { $0 != 0x22 } + "\"".utf8 }
        bytes.append(0x0a)
        let width = encoded.encoder.cellCount
        for row in 0..<table.count {
            let day = CivilDate(daysSinceEpoch: Int(table.days[row]))
            bytes += "\(use(row).rawValue),\(table.labels[row] ? 1 : 0),\(table.weights[row]),".utf8
            day.writeISO(to: &bytes)
            for cell in encoded.cells[row * width..<(row + 1) * width] {
                bytes.append(0x2c)
                if !cell.isNaN { bytes += "\(cell)".utf8 }
            }
            bytes.append(0x0a)
        }
        try File.replace(path, with: bytes, mode: 0o644)
    }

    private func use(_ row: Int) -> PackageManifest.Slice.Use {
        if slices.training.contains(row) { return .training }
        if slices.stopping.contains(row) { return .stopping }
        return slices.calibration.contains(row) ? .calibration : .measure
    }
}

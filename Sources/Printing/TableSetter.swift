/// Makes slabs of a table: one a row, or one a line of a row that would take up much of a page.
struct TableSetter {
    private let table: PrintedTable
    private let width: Double
    private let fonts: FontSet

    /// Higher rows are broken over pages, line by line.
    private static let highestRow = 160.0
    private static let hairline = 0.5

    init(_ table: PrintedTable, width: Double, _ fonts: FontSet) {
        (self.table, self.width, self.fonts) = (table, width, fonts)
    }

    func slabs() -> [Slab] {
        var head: [Slab] = []
        if let row = table.head {
            head = slabs(of: row, isHead: true)
            for k in head.indices { head[k].keepsWithNext = true }
        }
        var slabs = head
        for row in table.rows {
            var more = self.slabs(of: row, isHead: false)
            for k in more.indices { more[k].head = head }
            if row.keepsWithNext, let last = more.indices.last { more[last].keepsWithNext = true }
            slabs += more
        }
        if !slabs.isEmpty { slabs[0].before = table.before }
        return slabs
    }

    private struct Cell {
        let text: SetText
        let x: Double
    }

    private func slabs(of row: PrintedTable.Row, isHead: Bool) -> [Slab] {
        let cells = cells(of: row)
        let height = (cells.map(\.text.height).max() ?? 0) + 2 * table.padding.vertical
        let lines = cells.map(\.text.lineCount).max() ?? 0
        guard height > Self.highestRow, lines > 1 else {
            return [slab(cells, row, height: height, isHead: isHead, isLast: true) { 0..<$0.lineCount }]
        }
        return (0..<lines).map { line in
            let high = cells.map { line < $0.text.lineCount ? $0.text.height(of: line..<line + 1) : 0 }.max() ?? 0
            let padding = (line == 0 ? table.padding.vertical : 0) + (line + 1 == lines ? table.padding.vertical : 0)
            var slab = slab(
                cells, row, height: high + padding, isHead: isHead, isLast: line + 1 == lines, isFirst: line == 0
            ) { line < $0.lineCount ? line..<line + 1 : 0..<0 }
            slab.keepsWithNext = line == 0 || line + 2 == lines
            return slab
        }
    }

    private func slab(
        _ cells: [Cell], _ row: PrintedTable.Row, height: Double, isHead: Bool, isLast: Bool, isFirst: Bool = true,
        lines: (SetText) -> Range<Int>
    ) -> Slab {
        let line = isLast ? (isHead ? 2 * Self.hairline : Self.hairline) : 0
        var slab = Slab(height: height + line)
        if let ground = row.ground {
            slab.marks.append(.boxes([.init(x: 0, y: 0, width: width, height: slab.height)], ground))
        }
        for cell in cells {
            let range = lines(cell.text)
            guard !range.isEmpty else { continue }
            slab.marks.append(.lines(cell.text, range, x: cell.x, y: isFirst ? table.padding.vertical : 0))
        }
        if isLast { slab.marks.append(.boxes([.init(x: 0, y: height, width: width, height: line)], table.line)) }
        return slab
    }

    private func cells(of row: PrintedTable.Row) -> [Cell] {
        let shares = table.columns.reduce(0) { $0 + $1.share }
        var cells: [Cell] = []
        var (x, column) = (0.0, 0)
        for cell in row.cells {
            let end = min(column + cell.span, table.columns.count)
            guard column < end else { break }
            let own = table.columns[column..<end].reduce(0) { $0 + $1.share } / shares * width
            // A cell that covers several columns is a label: it begins at the left.
            let placement = cell.span > 1 ? .left : table.columns[column].placement
            defer { (x, column) = (x + own, end) }
            // Without letters it has no height either.
            if cell.text.isEmpty { continue }
            let text = SetText(cell.text, fonts, width: own - 2 * table.padding.horizontal, placement, leading: 1.02)
            cells.append(Cell(text: text, x: x + table.padding.horizontal))
        }
        return cells
    }
}

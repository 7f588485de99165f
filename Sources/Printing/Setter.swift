import Platform

/// Makes slabs of blocks, in a width.
struct Setter {
    let fonts: FontSet

    func slabs(of blocks: [Block], width: Double) -> [Slab] { blocks.flatMap { slabs(of: $0, width: width) } }

    private func slabs(of block: Block, width: Double) -> [Slab] {
        switch block {
        case .paragraph(let paragraph): return slabs(of: paragraph, width: width)
        case .table(let table): return TableSetter(table, width: width, fonts).slabs()
        case .beside(let columns): return [beside(columns, width: width)]
        case .framed(let blocks, let frame): return framed(blocks, frame, width: width)
        case .together(let blocks):
            var slabs = slabs(of: blocks, width: width)
            for k in slabs.indices.dropLast() { slabs[k].keepsWithNext = true }
            return slabs
        case .rule(let ink, let thickness): return [stripes([ink], width: width, thickness)]
        case .stripes(let inks, let thickness): return [stripes(inks, width: width, thickness)]
        case .gap(let height): return [Slab(height: 0, before: height, keepsWithNext: true)]
        case .code(let code, let side): return [drawing(of: code, side: side)]
        }
    }

    /// A slab a line; the first two and the last two lines stay together.
    private func slabs(of paragraph: Paragraph, width: Double) -> [Slab] {
        let text = SetText(
            paragraph.text, fonts, width: width - paragraph.indent, paragraph.placement, leading: paragraph.leading)
        return (0..<text.lineCount).map { line in
            let range = line..<line + 1
            var slab = Slab(height: text.height(of: range))
            slab.before = line == 0 ? paragraph.before : 0
            slab.keepsWithNext =
                line + 1 == text.lineCount
                ? paragraph.keepsWithNext
                : paragraph.keepsWithNext || line == 0 || line + 2 == text.lineCount
            slab.marks = [.lines(text, range, x: paragraph.indent, y: 0)]
            return slab
        }
    }

    private func beside(_ columns: [Block.Column], width: Double) -> Slab {
        let shares = columns.reduce(0) { $0 + $1.share }
        var whole = Slab(height: 0)
        var x = 0.0
        for column in columns {
            let own = width * column.share / shares
            let stack = slabs(of: column.blocks, width: own).stacked()
            whole.marks += stack.moved(x: x, y: 0).marks
            whole.height = max(whole.height, stack.height)
            x += own
        }
        return whole
    }

    private func framed(_ blocks: [Block], _ frame: Block.Frame, width: Double) -> [Slab] {
        let padding = frame.padding
        var inner = slabs(of: blocks, width: width - 2 * padding - Self.bar)
        let last = inner.count - 1
        for k in inner.indices {
            // The ground goes on between the lines.
            let above = k == 0 ? padding : inner[k].before
            var slab = inner[k].moved(x: padding + Self.bar, y: above)
            slab.height += above + (k == last ? padding : 0)
            slab.before = k == 0 ? inner[k].before : 0
            slab.head = []
            let ground = Slab.Box(x: 0, y: 0, width: width, height: slab.height)
            let bar = Slab.Box(x: 0, y: 0, width: Self.bar, height: slab.height)
            slab.marks.insert(contentsOf: [.boxes([ground], frame.ground), .boxes([bar], frame.bar)], at: 0)
            inner[k] = slab
        }
        return inner
    }

    private static let bar = 2.5

    private func stripes(_ inks: [Ink], width: Double, _ thickness: Double) -> Slab {
        var slab = Slab(height: thickness)
        let part = width / Double(max(1, inks.count))
        slab.marks = inks.enumerated().map { place, ink in
            .boxes([Slab.Box(x: Double(place) * part, y: 0, width: part, height: thickness)], ink)
        }
        return slab
    }

    /// With the light modules that must surround it.
    private func drawing(of code: QRCode, side: Double) -> Slab {
        let unit = side / Double(code.side + 2 * QRCode.quietZone)
        var boxes: [Slab.Box] = []
        for row in 0..<code.side {
            var column = 0
            while column < code.side {
                var end = column
                while end < code.side, code.isDark(row: row, column: end) { end += 1 }
                if end > column {
                    boxes.append(
                        Slab.Box(
                            x: Double(column + QRCode.quietZone) * unit, y: Double(row + QRCode.quietZone) * unit,
                            width: Double(end - column) * unit, height: unit))
                }
                column = end + 1
            }
        }
        var slab = Slab(height: side)
        let ground = Slab.Box(x: 0, y: 0, width: side, height: side)
        slab.marks = [.boxes([ground], .white), .boxes(boxes, Ink(0))]
        return slab
    }
}

import Printing

/// How an act looks.
enum ActStyle {
    static let green = Ink(0x00753f)
    static let yellow = Ink(0xe8b900)
    static let red = Ink(0xc8102e)
    static let grey = Ink(0x5f6368)
    static let ground = Ink(0xf3f5f4)

    static let body = TextStyle(.serif, 10.2)
    static let cell = TextStyle(.sans, 8)
    static let note = TextStyle(.sans, 7.2, ink: grey)
    static let label = TextStyle(.sans, 7.4, ink: grey)
    static let hash = TextStyle(.mono, 7.4)

    static func section(_ number: String, _ title: String) -> [Block] {
        let text =
            StyledText("\(number). ", TextStyle(.sans, 10.5, bold: true, ink: green))
            + StyledText(title, TextStyle(.sans, 10.5, bold: true))
        return [
            .paragraph(Paragraph(text, before: 16, keepsWithNext: true)), .gap(3),
            .together([.rule(green, thickness: 0.8), .gap(4)]),
        ]
    }

    static func heading(_ title: String, before: Double = 9) -> Block {
        .paragraph(
            Paragraph(StyledText(title, TextStyle(.sans, 8.8, bold: true)), before: before, keepsWithNext: true))
    }

    static func paragraph(_ text: String, before: Double = 0) -> Block {
        .paragraph(Paragraph(StyledText(text, body), .justified, leading: 1.12, before: before))
    }

    static func small(_ text: String, before: Double = 3, keepsWithNext: Bool = false) -> Block {
        .paragraph(Paragraph(StyledText(text, note), .left, before: before, keepsWithNext: keepsWithNext))
    }

    static func cell(_ text: String, bold: Bool = false, span: Int = 1) -> PrintedTable.Cell {
        .init(StyledText(text, bold ? cell.bold : cell), span: span)
    }

    static func headRow(_ titles: [String]) -> PrintedTable.Row {
        .init(
            titles.map { .init(StyledText($0, TextStyle(.sans, 7.4, bold: true, ink: .white))) }, ground: Ink(0x2d4a3e))
    }

    /// Labels and values, two pairs a row.
    static func form(_ pairs: [(label: String, value: String)]) -> Block {
        let rows = stride(from: 0, to: pairs.count, by: 2).map { place in
            let both = pairs[place..<min(place + 2, pairs.count)]
            return PrintedTable.Row(
                both.flatMap { [.init(StyledText($0.label, label)), .init(StyledText($0.value, cell))] })
        }
        return .table(PrintedTable([.init(1.1), .init(2), .init(1.1), .init(2)], rows: rows, before: 4))
    }

    /// Labels and values, one pair a row.
    static func list(_ pairs: [(label: String, value: String)]) -> Block {
        .table(
            PrintedTable(
                [.init(1.1), .init(5.1)],
                rows: pairs.map { .init([.init(StyledText($0.label, label)), .init(StyledText($0.value, cell))]) },
                before: 4))
    }

    static func francs(_ value: Double?) -> String {
        value.map { ValueFormat.decimal($0, 0) } ?? "—"
    }
}

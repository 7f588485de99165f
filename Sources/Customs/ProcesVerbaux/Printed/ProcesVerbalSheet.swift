public import Printing
import Platform

/// The document of a procès-verbal. The same content in the same standing gives the same document.
public struct ProcesVerbalSheet: Sendable {
    let act: ProcesVerbal
    let standing: ProcesVerbalStanding
    let hash: String

    public init(_ act: ProcesVerbal, _ standing: ProcesVerbalStanding) {
        (self.act, self.standing, hash) = (act, standing, act.contentHash)
    }

    public var document: PrintedDocument {
        let blocks = head + preamble + legalBasis + facts + values + inference + closing
        let about = PrintedDocument.Description(
            title: "\(act.title) n° \(act.number)", author: act.office, subject: "Empreinte SHA-256 : \(hash)",
            keywords: act.cases.map(\.number).joined(separator: ", "), created: act.drawnUp)
        var document = PrintedDocument(about, footStyle: ActStyle.note, blocks: blocks)
        document.runningHead = StyledText("\(act.title) n° \(act.number) — \(act.office)", ActStyle.note)
        document.foot = StyledText("N° \(act.number)   SHA-256 \(hash)", TextStyle(.mono, 6.4, ink: ActStyle.grey))
        document.watermark = watermark
        return document
    }

    private var watermark: StyledText? {
        switch standing.state {
        case .draft: StyledText("BROUILLON", TextStyle(.sans, 104, bold: true, ink: Ink(0xececec), tracking: 4))
        case .cancelled: StyledText("ANNULÉ", TextStyle(.sans, 130, bold: true, ink: Ink(0xf7dfe2), tracking: 6))
        // Closing changes nothing of what was signed.
        case .signed, .closed: nil
        }
    }

    /// The code leads from paper to record: it names the act and its content.
    private var code: Block {
        QRCode("inspectia:pv:\(act.number):sha256:\(hash)").map { .code($0, side: 92) } ?? .gap(0)
    }

    private var head: [Block] {
        let lines = act.letterhead.enumerated().map { place, line in
            let style =
                switch place {
                case 0: TextStyle(.serif, 13, bold: true)
                case 1: TextStyle(.serif, 9.5, italic: true, ink: ActStyle.grey)
                default: TextStyle(.serif, 10.5)
                }
            return Block.paragraph(Paragraph(StyledText(line, style), before: place == 2 ? 5 : 1))
        }
        let office = Block.paragraph(
            Paragraph(StyledText(act.office, TextStyle(.serif, 10.5, bold: true)), before: 1))
        let title = Paragraph(
            StyledText(act.title.uppercased(), TextStyle(.serif, 18, bold: true, tracking: 0.6)), .centre, before: 16,
            keepsWithNext: true)
        let number = Paragraph(
            StyledText("N° \(act.number)", TextStyle(.sans, 10.5, bold: true, ink: ActStyle.green)), .centre, before: 2)
        return [
            .stripes([ActStyle.green, ActStyle.yellow, ActStyle.red], thickness: 3.5), .gap(9),
            .beside([.init(4.3, lines + [office]), .init(1, [code])]), .paragraph(title), .paragraph(number),
        ] + stateLine
    }

    private var stateLine: [Block] {
        switch standing.state {
        case .draft:
            let text = "Brouillon : sans valeur avant la signature des deux agents."
            return [.paragraph(Paragraph(StyledText(text, ActStyle.note.inked(ActStyle.red)), .centre, before: 3))]
        case .cancelled:
            guard let ending = standing.ending else { return [] }
            let text = "Annulé le \(FrenchWords.stamp(ending.given)). Motif : \(ending.reason)"
            return [
                .paragraph(Paragraph(StyledText(text, ActStyle.cell.bold.inked(ActStyle.red)), .centre, before: 4))
            ]
        case .signed, .closed: return []
        }
    }

    private var preamble: [Block] {
        let day = FrenchWords.day(act.drawnUp.date)
        let agents = act.agents.map { "\($0.name) (compte « \($0.account) »)" }.joined(separator: " et ")
        let numbers = act.cases.map(\.number)
        let goods =
            numbers.count == 1 ? "la déclaration \(numbers[0])" : "les déclarations \(numbers.joined(separator: ", "))"
        return [
            ActStyle.paragraph(
                "\(day.prefix(1).uppercased())\(day.dropFirst()) \(FrenchWords.hour(act.drawnUp)) (UTC), nous "
                    + "soussignés, \(agents), agents des douanes en service au \(lowered(act.office)), avons établi le "
                    + "présent procès-verbal, qui porte sur \(goods).", before: 14)
        ]
    }

    private func lowered(_ text: String) -> String { text.prefix(1).lowercased() + text.dropFirst() }

    private var legalBasis: [Block] {
        let rows = act.legalBasis.map {
            PrintedTable.Row([ActStyle.cell($0.reference, bold: true), ActStyle.cell($0.subject)])
        }
        return ActStyle.section("1", "Bases légales") + [.table(PrintedTable([.init(2), .init(4)], rows: rows))]
    }
}

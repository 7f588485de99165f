import Platform
import Printing
import Reading
import Testing

/// What is printed, read back.
@Suite struct PressTests {
    private static let style = TextStyle(.serif, 10)
    private static let small = TextStyle(.sans, 7.5)

    private static func document(_ blocks: [Block]) -> PrintedDocument {
        let created = Timestamp(year: 2026, month: 3, day: 4, hour: 10, minute: 30) ?? .earliest
        var document = PrintedDocument(
            .init(title: "Essai", author: "Bureau", created: created), footStyle: small, blocks: blocks)
        document.foot = StyledText("Pied", small)
        document.runningHead = StyledText("Titre courant", small)
        return document
    }

    private static func words(_ bytes: [UInt8]) throws -> [[PageWord]] {
        let document = try PageDocument(bytes)
        return try (1...document.pageCount).map { try document.page($0).page.words }
    }

    private static func paragraph(_ text: String) -> Block {
        .paragraph(Paragraph(StyledText(text, style), .justified))
    }

    @Test func theSameDocumentIsTheSameBytes() throws {
        let long = String(repeating: "Fait à Dakar, œuvre d’un agent, 1 234 567 FCFA. ", count: 200)
        let code = try #require(QRCode("essai"))
        let document = Self.document([
            Self.paragraph(long), .code(code, side: 60), Self.table(rows: 90),
            .framed([Self.paragraph(long)], .init(ground: Ink(0xf2f2f2), bar: Ink(0x00703c))),
        ])
        let first = try Press.print(document)
        #expect(try Press.print(document) == first)
        #expect(first.starts(with: Array("%PDF-1.5".utf8)))
        let text = String(decoding: first, as: UTF8.self)
        #expect(text.contains("CreationDate (20260304103000Z)") && !text.contains("/ID"))
        var other = document
        other.description.created = .latest
        #expect(try Press.print(other) != first)
    }

    @Test func threadsPrintAlike() async throws {
        let document = Self.document([Self.table(rows: 60)])
        let expected = try Press.print(document)
        let all = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<6 { group.addTask { try Press.print(document) == expected } }
            return try await group.reduce(true) { $0 && $1 }
        }
        #expect(all)
    }

    private static func table(rows: Int) -> Block {
        let cells = { (texts: [String]) in texts.map { PrintedTable.Cell(StyledText($0, Self.small)) } }
        return .table(
            PrintedTable(
                [.init(1), .init(3), .init(2, .right)], head: .init(cells(["Rang", "Désignation", "Valeur"])),
                rows: (1...rows).map { .init(cells(["\($0)", "marchandise \($0)", "\($0) 000"])) }))
    }

    @Test func textIsReadBackAndFitsThePage() throws {
        let text = "Procès-verbal n° 12 : l’œuvre affichée, coïncidence d’efficacité — « fin »."
        let endless = String(repeating: "X", count: 400)
        let pages = try Self.words(Press.print(Self.document([Self.paragraph(text), Self.paragraph(endless)])))
        let found = pages[0].map(\.text).joined(separator: " ")
        for word in ["Procès-verbal", "l’œuvre", "affichée,", "coïncidence", "d’efficacité", "«", "fin", "page", "1/1"]
        {
            #expect(found.contains(word), "\(word) in \(found)")
        }
        let margin = 54.0 / 595.276
        for word in pages.joined() {
            #expect(word.box.left > margin - 0.01 && word.box.right < 1 - margin + 0.01, "\(word.text)")
            #expect(word.box.top > 0.02 && word.box.bottom < 0.98, "\(word.text)")
        }
    }

    @Test func tablesBreakWithTheirHead() throws {
        let pages = try Self.words(Press.print(Self.document([Self.table(rows: 120)])))
        #expect(pages.count >= 3)
        for (place, words) in pages.enumerated() {
            let texts = words.map(\.text)
            #expect(texts.contains("Désignation") && texts.contains("\(place + 1)/\(pages.count)"))
            #expect(texts.contains("courant") == (place > 0))
        }
        let numbers = Set(pages.joined().map(\.text))
        for row in 1...120 { #expect(numbers.contains("\(row)")) }
    }

    @Test func aHighRowIsBrokenByLines() throws {
        let long = (1...300).map { "mot\($0)" }.joined(separator: " \n")
        let table = PrintedTable(
            [.init(1), .init(1)],
            rows: [.init([.init(StyledText("gauche", Self.small)), .init(StyledText(long, Self.small))])])
        let pages = try Self.words(Press.print(Self.document([.table(table)])))
        #expect(pages.count > 1)
        let texts = Set(pages.joined().map(\.text))
        for word in 1...300 { #expect(texts.contains("mot\(word)")) }
    }

    @Test func whatNobodySeesIsShown() throws {
        let hidden = "100\u{202e}000\u{202c} FCFA\u{0007}"
        let words = try Self.words(Press.print(Self.document([Self.paragraph(hidden)])))
        let text = words[0].map(\.text).joined(separator: " ")
        #expect(!text.unicodeScalars.contains("\u{202e}") && text.contains("\u{25a1}"), "\(text.debugDescription)")
    }

    @Test func endlessTextIsCutAndSaysSo() throws {
        let words = (0..<PrintingLimits.textBytes).map { _ in "a " }.joined()
        let pages = try Self.words(Press.print(Self.document([Self.paragraph(words)])))
        #expect(pages.joined().contains { $0.text == "[…]" })
    }
}

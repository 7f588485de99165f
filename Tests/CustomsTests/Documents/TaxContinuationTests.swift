@testable import Customs
import Reading
import Testing

/// Tables of taxes that go on over a page which says nothing of its columns.
@Suite struct TaxContinuationTests {
    private func read(_ pages: DocumentPage...) throws -> [DocumentExtraction] {
        try DocumentReaderTests.shipped.get().read(pages)
    }

    private static func first(rows: Range<Int>) -> PageSketch {
        var sketch = PageSketch()
        sketch.text("DECLARATION EN DETAIL", 200, 20, size: 12)
        SketchedDeclaration.lines(&sketch)
        SketchedDeclaration.table(&sketch, 300)
        SketchedDeclaration.taxRows(&sketch, 740, rows: rows)
        return sketch
    }

    private static func expectTaxes(_ found: DocumentExtraction, _ comment: Comment? = nil) {
        for row in SketchedDeclaration.taxes {
            let name = "taxes.\(row[0]).\(row[1])"
            let plain = row[2...4].map { $0.replacing(".", with: "").replacing(",", with: ".") }
            for (part, value) in zip(["base", "taux", "montant"], plain) {
                #expect(found.values["\(name).\(part)"]?.value == value, "\(comment ?? "") \(name).\(part)")
            }
        }
    }

    /// Whether a page has a label or two of its own or none at all.
    @Test(arguments: [true, false], [1, 3, 5]) func rowsGoOn(_ hasTotal: Bool, _ rowsBefore: Int) throws {
        var second = PageSketch()
        SketchedDeclaration.taxRows(&second, 40, rows: rowsBefore..<6, hasHeadings: false)
        if hasTotal { SketchedDeclaration.totalLine(&second, 150) }
        let found = try read(Self.first(rows: 0..<rowsBefore).page(1), second.page(2))
        try #require(found.count == 1)
        #expect(found[0].pages == [1, 2])
        Self.expectTaxes(found[0])
        #expect(found[0].values["taxes.2.05.base"]?.page == 2)
        #expect((found[0].values["total_liquide"]?.value == "1880900") == hasTotal)
    }

    @Test func rowsGoOnOverTwoPages() throws {
        var (second, third) = (PageSketch(), PageSketch())
        SketchedDeclaration.taxRows(&second, 40, rows: 2..<4, hasHeadings: false)
        SketchedDeclaration.taxRows(&third, 40, rows: 4..<6, hasHeadings: false)
        let found = try read(Self.first(rows: 0..<2).page(1), second.page(2), third.page(3))
        #expect(found.count == 1 && found[0].pages == [1, 2, 3])
        Self.expectTaxes(found[0])
    }

    /// A scan does not lie where the one before lay.
    @Test(arguments: [-14.0, 16]) func aScanIsShifted(_ shift: Double) throws {
        var second = PageSketch()
        SketchedDeclaration.taxRows(&second, 40, rows: 2..<6, hasHeadings: false, shift: shift)
        let found = try read(
            Self.first(rows: 0..<2).page(1, source: .recognition), second.page(2, source: .recognition))
        #expect(found.count == 1 && found[0].pages == [1, 2])
        Self.expectTaxes(found[0], "\(shift)")
    }

    /// Numbers below one another that prove nothing are no taxes.
    @Test func otherNumbersAreNoTaxes() throws {
        var second = PageSketch()
        for row in 0..<6 {
            let y = 60 + Double(row) * 12
            second.text("4.000.\(100 + row)", endingAt: 240, y)
            second.text("7,00", endingAt: 320, y)
            second.text("\(91 + row).212", endingAt: 430, y)
        }
        let found = try read(Self.first(rows: 0..<3).page(1), second.page(2))
        #expect(found.count == 1 && found[0].pages == [1])
        #expect(!found[0].values.keys.contains { $0.hasPrefix("taxes.2") })
    }

    /// Beside an invoice, whatever its numbers are.
    @Test func aForeignPageIsLeftOut() throws {
        var invoice = PageSketch()
        invoice.text("COMMERCIAL INVOICE", 200, 30, size: 14)
        SketchedDeclaration.taxRows(&invoice, 100, rows: 3..<6, hasHeadings: false)
        let found = try read(Self.first(rows: 0..<3).page(1), invoice.page(2))
        #expect(found.count == 1 && found[0].pages == [1])
    }
}

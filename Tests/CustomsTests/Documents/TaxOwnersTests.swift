@testable import Customs
import Testing

@Suite struct TaxOwnersTests {
    private static func reading(_ value: String) -> FieldReading {
        FieldReading(
            field: -1, decoded: Decoded(value: value, raw: value), page: 1,
            zone: .init(left: 0, top: 0, right: 0.1, bottom: 0.01), placement: 0.9, legibility: 0.9, trace: [])
    }

    private static func grid(_ base: String?, title: Int? = nil, articles: [Int?] = []) -> TaxGrid {
        var grid = TaxGrid(zone: .init(left: 0, top: 0.5, right: 1, bottom: 0.6))
        grid.article = title
        grid.hasArticleColumn = !articles.isEmpty
        for (k, code) in ["01", "03", "10"].enumerated() {
            var row = TaxGrid.Row(base: base.map(Self.reading), y: 0.52 + 0.01 * Double(k))
            row.settledCode = code
            row.article = articles.isEmpty ? nil : articles[k]
            grid.rows.append(row)
        }
        return grid
    }

    /// Three articles with the values 1000, 2000 and 3000, on a page with some tables.
    private static func owners(_ grids: [TaxGrid], taxed: [Int: [String]] = [:]) -> [Int?] {
        var draft = DraftDeclaration()
        draft.articles = [1, 2, 3]
        draft.taxes = taxed
        for article in 1...3 { draft.fields["articles.\(article).valeur_caf"] = reading("\(article)000") }
        var page = SheetReading(Sheet(PageSketch().page()), [])
        page.grids = grids
        page.hasTable = true
        let parts = grids.indices.map { TaxOwners.Part(grid: $0, rows: grids[$0].rows[...]) }
        return TaxOwners(draft: draft, page: page, numbers: [1, 2, 3]).owners(of: parts)
    }

    @Test func theBaseTells() {
        #expect(Self.owners([Self.grid("3000"), Self.grid("1000"), Self.grid("2000")]) == [3, 1, 2])
    }

    @Test func theTitleTellsWhereTheBaseDoesNot() {
        #expect(Self.owners([Self.grid("77", title: 2), Self.grid(nil, title: 1)]) == [2, 1])
        // The value is told more surely than a number of one digit.
        #expect(Self.owners([Self.grid("3000", title: 2)]) == [3])
    }

    @Test func whatIsLeftGoesByOrder() {
        #expect(Self.owners([Self.grid("1000"), Self.grid(nil), Self.grid("3000")]) == [1, 2, 3])
        #expect(Self.owners([Self.grid(nil), Self.grid(nil)], taxed: [1: ["01", "03", "10"]]) == [2, 3])
    }

    @Test func noArticleHasATaxTwice() {
        let owners = Self.owners([Self.grid("2000"), Self.grid("2000")])
        #expect(Set(owners.compactMap(\.self)).count == owners.compactMap(\.self).count)
    }

    @Test func theColumnOfArticlesTells() {
        #expect(Self.owners([Self.grid(nil, articles: [3, 3, nil])]) == [3])
        #expect(Self.owners([Self.grid(nil, articles: [4, 4, 4])]) == [4])
    }
}

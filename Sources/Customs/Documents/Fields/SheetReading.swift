import Reading

/// What was found on one page, before pages are put together.
struct SheetReading {
    let sheet: Sheet
    var labels: [Label]
    /// Of the declaration, by field; the best first.
    var header: [Int: [FieldReading]] = [:]
    var blocks: [ArticleBlock] = []
    var grids: [TaxGrid] = []
    /// Of an article that began on a page before.
    var orphans: [FieldReading] = []
    var unread: [UnreadPlace] = []
    /// Words that belong to a label or to a value.
    var claimed: [Bool]
    /// Whether the blocks are rows of a table.
    var hasTable = false
    /// The columns of its table of articles, for pages that go on without a heading.
    var columns: [TableColumn] = []

    init(_ sheet: Sheet, _ labels: [Label]) {
        (self.sheet, self.labels) = (sheet, labels)
        claimed = Array(repeating: false, count: sheet.words.count)
        for label in labels { for word in label.words { claimed[word] = true } }
    }
}

/// One article's place on a page, and what was read there.
struct ArticleBlock {
    /// From its first label or row to the next article's.
    var top: Double
    var bottom: Double
    var fields: [Int: [FieldReading]] = [:]
}

/// A column of a table: its heading and where it stands.
struct TableColumn: Sendable {
    let label: Label?
    let left: Double, right: Double
}

/// One table of taxes: a row a tax.
struct TaxGrid {
    struct Row {
        var code: Decoded?
        var base: FieldReading?
        var rate: FieldReading?
        var amount: FieldReading?
        var article: Int?
        var y: Double
        /// The code that the order or the rate gave.
        var settledCode: String?
    }
    var rows: [Row] = []
    let zone: Zone
    /// Where its columns stand, from left to right.
    var columns: [TaxLabels.Column: ClosedRange<Double>] = [:]
    /// The article that its title names.
    var article: Int?
    var hasArticleColumn = false
    /// Totals of the declaration, a row a tax, with the bare grand total if one stands below.
    var totals: [(code: String?, reading: FieldReading)] = []
    var grandTotal: FieldReading?
    /// The total printed at its foot.
    var foot: FieldReading?
}

/// Words beside a label that are not what the label is for.
struct UnreadPlace {
    let label: Int
    let anchor: Int
    let field: Int
    let words: [Int]
    let side: AnchorReader.Side
}

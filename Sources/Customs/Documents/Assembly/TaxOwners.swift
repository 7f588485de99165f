/// Says which article each table of taxes belongs to.
///
/// A table names its article in a column or in its title, its base is the article's value, and it stands in the article's
/// block: what says most decides first, and what is left over goes by order.
struct TaxOwners {
    /// Rows that belong to one article.
    struct Part {
        let grid: Int
        let rows: ArraySlice<TaxGrid.Row>
    }

    let draft: DraftDeclaration
    let page: SheetReading
    /// The numbers of the page's articles, in order.
    let numbers: [Int]

    /// What must speak for an article at least, lest order decide.
    private static let least = 2.0

    /// The article of each part; nil where no article is known.
    func owners(of parts: [Part]) -> [Int?] {
        var owners = [Int?](repeating: nil, count: parts.count)
        var taken = draft.taxes.mapValues { Set($0) }
        let claims = parts.indices.flatMap { part in
            evidence(parts[part], parts).map { (part: part, article: $0.key, weight: $0.value) }
        }
        for claim in claims.sorted(by: { ($0.weight, $1.part, $1.article) > ($1.weight, $0.part, $0.article) })
        where claim.weight >= Self.least && owners[claim.part] == nil {
            let codes = Set(parts[claim.part].rows.compactMap(\.settledCode))
            // An article has a tax once; a table may go on where another page or column ended.
            guard taken[claim.article, default: []].isDisjoint(with: codes) else { continue }
            owners[claim.part] = claim.article
            taken[claim.article, default: []].formUnion(codes)
        }
        fill(&owners, parts, &taken)
        return owners
    }

    /// The rest by order: the next article that has no such taxes yet.
    private func fill(_ owners: inout [Int?], _ parts: [Part], _ taken: inout [Int: Set<String>]) {
        var last = draft.articles.last { draft.taxes[$0] != nil } ?? 0
        for part in parts.indices {
            if let owner = owners[part] {
                last = owner
                continue
            }
            let codes = Set(parts[part].rows.compactMap(\.settledCode))
            let next = owners[(part + 1)...].compactMap(\.self).first ?? .max
            let free = draft.articles.first {
                $0 >= last && $0 <= next && taken[$0, default: []].isDisjoint(with: codes)
            }
            guard let owner = free ?? (draft.articles.count == 1 ? draft.articles[0] : nil) else { continue }
            owners[part] = owner
            taken[owner, default: []].formUnion(codes)
            last = owner
        }
    }

    /// How much speaks for each article that the part may belong to.
    private func evidence(_ part: Part, _ parts: [Part]) -> [Int: Double] {
        let grid = page.grids[part.grid]
        var weights: [Int: Double] = [:]
        if grid.hasArticleColumn {
            var votes: [Int: Int] = [:]
            for row in part.rows { if let article = row.article { votes[article, default: 0] += 1 } }
            for (article, count) in votes {
                let share = Double(count) / Double(part.rows.count)
                // An article whose own row was not read may be named, but not by a row or two.
                guard draft.articles.contains(article) || share >= 0.7 else { continue }
                weights[article, default: 0] += 4 * share
            }
        }
        for article in draft.articles { weights[article, default: 0] += 4 * baseShare(part.rows, article) }
        let isFirst = parts.first { $0.grid == part.grid }?.rows.startIndex == part.rows.startIndex
        if isFirst, let title = grid.article, draft.articles.isEmpty || draft.articles.contains(title) {
            weights[title, default: 0] += 2.5
        }
        if let article = blockArticle(grid), parts.count(where: { blockArticle(page.grids[$0.grid]) == article }) == 1 {
            weights[article, default: 0] += 2
        }
        return weights
    }

    /// The share of rows whose base is the article's value, as most taxes' is.
    private func baseShare(_ rows: ArraySlice<TaxGrid.Row>, _ article: Int) -> Double {
        guard let value = draft.fields["articles.\(article).valeur_caf"]?.value else { return 0 }
        let bases = rows.compactMap { $0.base?.value }
        let share = Double(bases.count { $0 == value }) / Double(max(1, bases.count))
        return share >= 0.4 ? share : 0
    }

    private func blockArticle(_ grid: TaxGrid) -> Int? {
        guard !page.hasTable else { return nil }
        let block = page.blocks.filter { !$0.fields.isEmpty }.lastIndex { $0.top <= grid.zone.top }
        return block.flatMap { $0 < numbers.count ? numbers[$0] : nil }
    }
}

/// Which slab comes to stand on which page, and where.
struct Pagination {
    struct Placed {
        let slab: Slab
        let y: Double
    }

    private let height: Double
    private(set) var pages: [[Placed]] = []
    private var page: [Placed] = []
    private var y = 0.0

    /// Sums of heights differ from one another by their rounding.
    private static let tolerance = 0.001

    static func pages(of slabs: [Slab], height: Double) throws(PrintingError) -> [[Placed]] {
        var pagination = Pagination(height: height)
        var start = 0
        while start < slabs.count {
            var end = start + 1
            while end < slabs.count, slabs[end - 1].keepsWithNext { end += 1 }
            try pagination.place(slabs[start..<end])
            start = end
        }
        pagination.turn()
        return pagination.pages
    }

    private init(height: Double) { self.height = height }

    /// Slabs that keep together when a page can hold them.
    private mutating func place(_ chain: ArraySlice<Slab>) throws(PrintingError) {
        let whole = chain.reduce(0) { $0 + $1.before + $1.height } - (chain.first?.before ?? 0)
        let head = (chain.first?.head ?? []).stacked().height
        if !page.isEmpty, !fits(whole + (chain.first?.before ?? 0)), whole + head <= height + Self.tolerance { turn() }
        for slab in chain { try place(slab) }
    }

    private mutating func place(_ slab: Slab) throws(PrintingError) {
        if !page.isEmpty, !fits(slab.before + slab.height) { turn() }
        if page.isEmpty, !slab.head.isEmpty {
            let head = slab.head.stacked()
            page.append(Placed(slab: head, y: 0))
            y = head.height
        }
        let top = page.isEmpty ? 0 : y + slab.before
        guard top + slab.height <= height + Self.tolerance else { throw .tooTall }
        page.append(Placed(slab: slab, y: top))
        y = top + slab.height
    }

    private func fits(_ more: Double) -> Bool { y + more <= height + Self.tolerance }

    private mutating func turn() {
        guard !page.isEmpty else { return }
        pages.append(page)
        (page, y) = ([], 0)
    }
}

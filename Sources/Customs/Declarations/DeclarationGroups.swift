/// Which rows make which declaration: declarations in the order of their first row, rows in the file's order.
struct DeclarationGroups: Sendable {
    /// Store rows that were accepted, in the file's order.
    private(set) var rows: [Int] = []
    private var ordered: [Int] = []
    private var starts: [Int] = [0]

    var count: Int { starts.count - 1 }
    /// The store's rows that belong to a declaration.
    func rows(of declaration: Int) -> ArraySlice<Int> { ordered[starts[declaration]..<starts[declaration + 1]] }

    init() {}

    /// `accepted` are the rows to group by the texts in `key`.
    init(_ accepted: [Int], key: [Int], in store: ArticleStore) {
        rows = accepted
        var index = RowIndex(slots: key)
        var declarationOfFirst: [Int: Int] = [:]
        var owners: [Int] = []
        var sizes: [Int] = []
        for row in accepted {
            if let first = index.firstRow(like: row, in: store), let owner = declarationOfFirst[first] {
                owners.append(owner)
                sizes[owner] += 1
            } else {
                declarationOfFirst[row] = sizes.count
                owners.append(sizes.count)
                sizes.append(1)
            }
        }
        starts = sizes.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        var next = starts
        ordered = Array(repeating: 0, count: accepted.count)
        for (row, owner) in zip(accepted, owners) {
            ordered[next[owner]] = row
            next[owner] += 1
        }
    }
}

/// A label that was found on a page.
struct Label: Sendable {
    /// As it is printed.
    let name: String
    /// What it may mean; one meaning once the box number or the surroundings have decided.
    var meanings: [LabelDictionary.Meaning]
    let words: [Int]
    var zone: Zone
    let hasColon: Bool
    let isOnColour: Bool
    /// The box number in front of it.
    let box: String?
    /// Wrong letters.
    let distance: Int
    /// Letters that agree; what a label is worth against another that claims the same words.
    let worth: Double
    /// Words beside it that must belong to other labels: nothing else parts it from them.
    var neighbours: (before: Int?, after: Int?) = (nil, nil)

    var anchors: [Int] {
        meanings.compactMap { if case .anchor(let index) = $0 { index } else { nil } }
    }
    func isTax(_ column: TaxLabels.Column) -> Bool { meanings.contains(.tax(column)) }
    var isTaxColumn: Bool { meanings.contains { if case .tax = $0 { true } else { false } } }

    /// The same label at another place, where it was not read itself.
    func moved(to zone: Zone, words: [Int]) -> Label {
        Label(
            name: name, meanings: meanings, words: words, zone: zone, hasColon: false, isOnColour: isOnColour, box: nil,
            distance: 1, worth: worth)
    }
}

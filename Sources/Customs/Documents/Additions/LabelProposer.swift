import Reading

/// Looks for the labels of corrected values: text beside them that no layout knows and that looks like a label.
///
/// A label is proposed only where a person would hardly doubt it: the value stands in one place of the pages that says
/// what it is. What may be somebody's name is never taken for a label.
struct LabelProposer {
    let layout: Layout
    let dictionary: LabelDictionary
    /// What the declaration says, folded: none of it is a label.
    let known: [FoldedName]

    private static let mostWords = 6
    private static let mostLetters = 60
    /// What stands in more of them says nothing.
    private static let mostPlaces = 20

    /// A page, its labels and what reads it.
    struct Page {
        let sheet: Sheet
        let labels: [Label]
        let decoder: ValueDecoder
        /// The label that each word is part of.
        let owners: [Int?]

        init(_ sheet: Sheet, _ labels: [Label], _ decoder: ValueDecoder) {
            (self.sheet, self.labels, self.decoder) = (sheet, labels, decoder)
            var owners = [Int?](repeating: nil, count: sheet.words.count)
            for (index, label) in labels.enumerated() { for word in label.words { owners[word] = index } }
            self.owners = owners
        }
    }

    /// At most one for a value.
    func sighting(of corrected: CorrectedValue, on pages: [Page]) -> LabelSighting? {
        guard let field = layout.index(of: corrected.name) else { return nil }
        var found: [String: LabelSighting] = [:]
        for page in pages {
            let places = places(of: corrected.value, layout.fields[field].kind, page)
            guard places.count <= Self.mostPlaces else { return nil }
            for words in places {
                guard let sighting = beside(words, corrected, page) ?? apart(words, corrected, field, page) else {
                    continue
                }
                let addition = sighting.addition
                found["\(addition.place.rawValue) \(addition.key)"] = sighting
            }
        }
        return found.count == 1 ? found.first?.value : nil
    }

    // MARK: The value

    /// The words of the page that say the value.
    private func places(of value: String, _ kind: DocumentKind, _ page: Page) -> [[Int]] {
        let chains = page.sheet.chains.map { $0.filter { page.owners[$0] == nil } }
        if kind.isText {
            let wanted = FoldedName(value).bytes
            return wanted.count < 3 ? [] : chains.compactMap { text(wanted, in: $0, page.sheet) }
        }
        return chains.flatMap { page.decoder.find(kind, in: $0, of: page.sheet) }
            .filter { isSame($0.value, value, kind) }.map(\.words)
    }

    private func isSame(_ read: String, _ meant: String, _ kind: DocumentKind) -> Bool {
        if kind.isNumber, let a = Double(read), let b = Double(meant) { return abs(a - b) < 1e-6 }
        return read == meant
    }

    private func text(_ wanted: [UInt8], in chain: [Int], _ sheet: Sheet) -> [Int]? {
        let folded = chain.map { FoldedName(sheet.words[$0].text).bytes }
        for start in chain.indices {
            var joined: [UInt8] = []
            for end in start..<chain.count where wanted.starts(with: joined) {
                joined += folded[end]
                if joined == wanted { return Array(chain[start...end]) }
            }
        }
        return nil
    }

    // MARK: The label

    /// What stands in front of the value or above it, when that is no label that we know.
    private func beside(_ words: [Int], _ corrected: CorrectedValue, _ page: Page) -> LabelSighting? {
        guard let value = page.sheet.zone(of: words) else { return nil }
        let (left, above) = (self.left(of: value, page), self.above(value, page))
        let isNear = { (label: [Int]) in
            label.last.map { value.left - page.sheet.words[$0].zone.right < 6 * page.sheet.unit } ?? false
        }
        let hasColon = left?.last.map { page.sheet.words[$0].hasColon } ?? false
        let order: [(words: [Int]?, place: LayoutAddition.Place)] =
            hasColon || (left.map(isNear) ?? false)
            ? [(left, .right), (above, .below)] : [(above, .below), (left, .right)]
        for side in order {
            guard let words = side.words, let label = label(words, beside: value, page) else { continue }
            return sighting(label.text, label.zone, side.place, value, corrected, page)
        }
        return nil
    }

    private func sighting(
        _ label: String, _ zone: Zone, _ place: LayoutAddition.Place, _ value: Zone, _ corrected: CorrectedValue,
        _ page: Page
    ) -> LabelSighting {
        LabelSighting(
            addition: LayoutAddition(
                field: corrected.name, isOfArticle: corrected.isOfArticle, label: label, place: place,
                offset: .init(x: value.left - zone.left, y: value.top - zone.top)),
            page: page.sheet.number, box: zone.union(value).box(aspect: page.sheet.aspect))
    }

    /// The text that ends before the value on its line; nil when the nearest word belongs to a label that we know.
    private func left(of value: Zone, _ page: Page) -> [Int]? {
        let sheet = page.sheet
        let before = sheet.words.indices.filter {
            let zone = sheet.words[$0].zone
            return zone.isLevel(with: value) && zone.right < value.left + 0.3 * sheet.unit
        }
        guard let nearest = before.max(by: { sheet.words[$0].zone.right < sheet.words[$1].zone.right }),
            value.left - sheet.words[nearest].zone.right < 60 * sheet.unit
        else { return nil }
        return run(endingAt: nearest, page)
    }

    /// The line that ends just above the value, in its column.
    private func above(_ value: Zone, _ page: Page) -> [Int]? {
        let sheet = page.sheet
        let over = sheet.words.indices.filter {
            let zone = sheet.words[$0].zone
            return zone.bottom < value.top + 0.45 * sheet.unit && value.top - zone.bottom < 4.5 * sheet.unit
                && (zone.overlapX(value) > 0 || abs(zone.left - value.left) < 3 * sheet.unit)
        }
        guard let nearest = over.max(by: { sheet.words[$0].zone.bottom < sheet.words[$1].zone.bottom }) else {
            return nil
        }
        var last = nearest
        while let next = sheet.next[last], !sheet.words[last].hasColon { last = next }
        return run(endingAt: last, page)
    }

    /// The words of a line up to one, from the colon before on; nil when one of them is part of a known label.
    private func run(endingAt last: Int, _ page: Page) -> [Int]? {
        var words = [last]
        while let before = page.sheet.previous[words[0]], words.count <= Self.mostWords + 1,
            !page.sheet.words[before].hasColon
        {
            words.insert(before, at: 0)
        }
        return words.allSatisfy { page.owners[$0] == nil } ? words : nil
    }

    /// The words as a label; nil when they do not look like one, or may be what somebody filled in.
    private func label(_ words: [Int], beside value: Zone, _ page: Page) -> (text: String, zone: Zone)? {
        var words = words
        // The number of the box.
        if words.count > 1, let first = words.first, Int(page.sheet.words[first].text).map({ 1...54 ~= $0 }) ?? false {
            words.removeFirst()
        }
        guard words.count <= Self.mostWords, let first = words.first, let last = words.last,
            let zone = page.sheet.zone(of: words)
        else { return nil }
        let text = page.sheet.text(words)
        let name = FoldedName(text)
        guard text.count <= Self.mostLetters, name.bytes.count >= 3, !text.contains(where: \.isNumber),
            text.count(where: \.isLowercase) >= 2 || page.sheet.words[last].hasColon
                || page.sheet.words[first].isOnColour || zone.height < 0.85 * value.height,
            !isFilledIn(name), dictionary.find(name.bytes, fuzzy: true) == nil
        else { return nil }
        return (text, zone)
    }

    private func isFilledIn(_ name: FoldedName) -> Bool {
        known.contains { value in
            guard value.bytes.count >= 3 else { return value == name }
            return Self.contains(value.bytes, name.bytes) || Self.contains(name.bytes, value.bytes)
        }
    }

    private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
        guard part.count <= text.count else { return false }
        return (0...(text.count - part.count)).contains { text[$0...].starts(with: part) }
    }

    // MARK: The place

    /// A label that we know for the field, from which the value stands neither right nor below; none when another
    /// label or a text stands beside the value.
    private func apart(_ words: [Int], _ corrected: CorrectedValue, _ field: Int, _ page: Page) -> LabelSighting? {
        guard let value = page.sheet.zone(of: words) else { return nil }
        let own = page.labels.filter { label in
            label.anchors.contains { anchor in
                let anchor = layout.anchors[anchor]
                return anchor.fields.first == field && anchor.offset == nil
                    && (anchor.level == .both || (anchor.level == .article) == corrected.isOfArticle)
            }
        }
        func distance(_ zone: Zone) -> Double {
            let (x, y) = (value.centre.x - zone.centre.x, value.centre.y - zone.centre.y)
            return x * x + y * y
        }
        guard let label = own.min(by: { distance($0.zone) < distance($1.zone) }),
            !isOrdinary(label, value, page.sheet.unit), !isOfAnother(value, page)
        else { return nil }
        return sighting(label.name, label.zone, .apart, value, corrected, page)
    }

    /// Whether a value there is looked for already.
    private func isOrdinary(_ label: Label, _ value: Zone, _ unit: Double) -> Bool {
        let isRight = value.isLevel(with: label.zone) && value.left > label.zone.left
        let isBelow =
            value.top > label.zone.top && value.top - label.zone.bottom < 14 * unit
            && value.overlapX(label.zone) > -unit
        return isRight || isBelow
    }

    /// Whether a known label stands in front of the value or above it.
    private func isOfAnother(_ value: Zone, _ page: Page) -> Bool {
        page.labels.contains { label in
            let zone = label.zone
            let gap = value.left - zone.right
            let isBefore = zone.isLevel(with: value) && gap > -page.sheet.unit && gap < 20 * page.sheet.unit
            let isOver =
                zone.overlapX(value) > 0 && value.top - zone.bottom > -page.sheet.unit
                && value.top - zone.bottom < 3 * page.sheet.unit
            return isBefore || isOver
        }
    }
}

/// Finds the labels of a dictionary among the words of a page.
struct LabelFinder {
    let dictionary: LabelDictionary
    let sheet: Sheet
    private var folded: [FoldedName] = []
    private var candidates: [Label] = []

    /// A label has no more words than this.
    private static let mostWords = 20

    init(_ dictionary: LabelDictionary, _ sheet: Sheet) {
        (self.dictionary, self.sheet) = (dictionary, sheet)
        folded = sheet.words.map { FoldedName($0.text) }
    }

    static func labels(_ dictionary: LabelDictionary, on sheet: Sheet) -> [Label] {
        var finder = LabelFinder(dictionary, sheet)
        let chains = sheet.chains
        for chain in chains { finder.search(chain) }
        finder.searchWrapped(chains)
        return finder.best()
    }

    private mutating func search(_ chain: [Int]) {
        for start in chain.indices {
            let box = boxNumber(chain, start)
            var name: [UInt8] = []
            for end in start..<min(chain.count, start + Self.mostWords) {
                name += folded[chain[end]].bytes
                guard dictionary.mayGrow(name.count) else { break }
                if name.isEmpty { continue }
                consider(Array(chain[start...end]), name, chain, start, end, box)
            }
        }
    }

    private mutating func consider(
        _ words: [Int], _ name: [UInt8], _ chain: [Int], _ start: Int, _ end: Int, _ box: (text: String, isSure: Bool)?
    ) {
        let starts = box?.isSure == true || mayStart(chain, start)
        let ends = mayEnd(chain, end)
        let isBounded = starts && ends
        let near = dictionary.find(name, fuzzy: isBounded || name.count >= 18)
        let boxed = near == nil && isBounded && box?.isSure == true ? box : nil
        guard let found = near ?? boxed.flatMap({ dictionary.find(name, inBox: $0.text) }) else { return }
        let meanings = dictionary.entries[found.entry].meanings
        let fitting = box.map { box in
            meanings.filter {
                if case .anchor(let index) = $0 {
                    dictionary.layout.anchors[index].boxes.contains(box.text)
                } else {
                    false
                }
            }
        }
        let fits = !(fitting ?? []).isEmpty
        if !fits, isCount(before: start, chain), counts(meanings) { return }
        var neighbours: (before: Int?, after: Int?) = (nil, nil)
        if !isBounded, name.count < 24 {
            if !starts, !fits { neighbours.before = chain[start - 1] }
            if !ends { neighbours.after = chain[end + 1] }
            let isOpen = neighbours.before != nil || neighbours.after != nil
            guard !isOpen || found.distance == 0 || name.count >= 18 else { return }
        }
        let number = fits || box?.isSure == true ? box?.text : nil
        let own = number == nil ? words : [chain[start - 1]] + words
        add(own, found, name.count, number, fits ? fitting : nil, chain, end, neighbours)
    }

    private func counts(_ meanings: [LabelDictionary.Meaning]) -> Bool {
        meanings.contains {
            guard case .anchor(let index) = $0, let field = dictionary.layout.anchors[index].fields.first else {
                return false
            }
            return dictionary.layout.fields[field].kind == .entier
        }
    }

    private mutating func add(
        _ words: [Int], _ found: LabelDictionary.Found, _ letters: Int, _ box: String?,
        _ fitting: [LabelDictionary.Meaning]?, _ chain: [Int], _ end: Int, _ neighbours: (before: Int?, after: Int?)
    ) {
        var all = words
        var last = end
        var colon = sheet.words[words[words.count - 1]].hasColon
        // « (kg) », « (XOF) » after a label belong to it.
        if last + 1 < chain.count, sheet.words[chain[last + 1]].text.hasPrefix("(") {
            var k = last + 1
            while k < chain.count, k - last <= 4 {
                if sheet.words[chain[k]].text.contains(")") {
                    all += chain[(last + 1)...k]
                    last = k
                    break
                }
                k += 1
            }
        }
        colon = colon || sheet.words[all[all.count - 1]].hasColon
        guard let zone = sheet.zone(of: all) else { return }
        let meanings = fitting ?? dictionary.entries[found.entry].meanings
        let bonus = fitting == nil ? 0.0 : 3.0
        let worth =
            Double(letters) * (1 - 2.5 * Double(found.distance) / Double(max(1, letters))) + bonus + (colon ? 1 : 0)
        candidates.append(
            Label(
                name: sheet.text(all), meanings: meanings, words: all, zone: zone, hasColon: colon,
                isOnColour: sheet.words[words[0]].isOnColour, box: box, distance: found.distance, worth: worth,
                neighbours: neighbours))
    }

    /// Labels that go on in a line below: « Valeur en » over « Douane ».
    private mutating func searchWrapped(_ chains: [[Int]]) {
        let lines = chains.compactMap { chain -> (words: [Int], zone: Zone, box: String?)? in
            var words = chain
            let box = words.count > 1 ? boxNumber(chain, 1) : nil
            if box != nil { words.removeFirst() }
            guard words.count <= 6, let zone = sheet.zone(of: words) else { return nil }
            return (words, zone, box?.text)
        }
        for (index, upper) in lines.enumerated() {
            guard !sheet.words[upper.words[upper.words.count - 1]].hasColon else { continue }
            var (words, zone) = (upper.words, upper.zone)
            var last = index
            for _ in 0..<2 {
                guard let below = lineBelow(zone, last, lines) else { break }
                words += lines[below].words
                zone = zone.union(lines[below].zone)
                last = below
                let name = words.flatMap { folded[$0].bytes }
                guard dictionary.mayGrow(name.count) else { break }
                if let found = dictionary.find(name, fuzzy: true) {
                    let fitting = upper.box.map { box in
                        dictionary.entries[found.entry].meanings.filter {
                            if case .anchor(let index) = $0 {
                                dictionary.layout.anchors[index].boxes.contains(box)
                            } else {
                                false
                            }
                        }
                    }
                    add(
                        words, found, name.count, upper.box, fitting?.isEmpty == false ? fitting : nil, words,
                        words.count - 1, (nil, nil))
                }
            }
        }
    }

    private func lineBelow(_ zone: Zone, _ index: Int, _ lines: [(words: [Int], zone: Zone, box: String?)]) -> Int? {
        var best: (Int, Double)?
        let colour = sheet.words[lines[index].words[0]].isOnColour
        for (k, line) in lines.enumerated() where k != index {
            let gap = line.zone.top - zone.bottom
            guard gap > -0.3 * sheet.unit, gap < 0.9 * sheet.unit, zone.overlapX(line.zone) > 0, line.box == nil,
                sheet.words[line.words[0]].isOnColour == colour
            else { continue }
            let shift = min(abs(zone.left - line.zone.left), abs(zone.centre.x - line.zone.centre.x))
            guard shift < 1.5 * sheet.unit, shift < best?.1 ?? .infinity else { continue }
            best = (k, shift)
        }
        return best?.0
    }

    /// A word in front of a label that may number its box, and whether it stands where such numbers do.
    private func boxNumber(_ chain: [Int], _ start: Int) -> (text: String, isSure: Bool)? {
        guard start >= 1 else { return nil }
        let word = sheet.words[chain[start - 1]]
        let text = word.text.trimmed(of: ".()")
        guard 1...2 ~= text.utf8.count, !word.hasColon else { return nil }
        let isNumber = Int(text).map { 1...54 ~= $0 } ?? false
        let isLetter = text.utf8.count == 1 && text.utf8.allSatisfy { 0x41...0x44 ~= $0 }
        guard isNumber || isLetter else { return nil }
        return (text, start == 1 || gap(chain, start - 1) > 0.5)
    }

    /// How far a word stands from the one before, in heights.
    private func gap(_ chain: [Int], _ k: Int) -> Double {
        let (left, right) = (sheet.words[chain[k - 1]].zone, sheet.words[chain[k]].zone)
        return (right.left - left.right) / max(0.7 * sheet.unit, max(left.height, right.height))
    }

    private func hasDigit(_ word: Int) -> Bool { sheet.words[word].text.utf8.contains { 0x30...0x39 ~= $0 } }

    private func mayStart(_ chain: [Int], _ start: Int) -> Bool {
        guard start > 0 else { return true }
        let before = chain[start - 1]
        return sheet.words[before].hasColon || hasDigit(before) || gap(chain, start) > 0.9
    }

    private func mayEnd(_ chain: [Int], _ end: Int) -> Bool {
        guard end + 1 < chain.count else { return true }
        return sheet.words[chain[end]].hasColon || sheet.words[chain[end + 1]].text.hasPrefix("(")
            || hasDigit(chain[end + 1]) || gap(chain, end + 1) > 0.9
    }

    /// « 835 COLIS »: a word after a number says what is counted.
    private func isCount(before start: Int, _ chain: [Int]) -> Bool {
        guard start > 0, Int(sheet.words[chain[start - 1]].text) != nil, gap(chain, start) < 1.2 else { return false }
        return !sheet.words[chain[start]].hasColon
    }

    /// The labels that remain when each word belongs to one.
    private func best() -> [Label] {
        var taken = Array(repeating: false, count: sheet.words.count)
        var labels: [Label] = []
        let first = Set(candidates.compactMap(\.words.first)), last = Set(candidates.compactMap(\.words.last))
        let standing = candidates.filter {
            ($0.neighbours.before.map(last.contains) ?? true) && ($0.neighbours.after.map(first.contains) ?? true)
        }
        let shown = standing.filter { !isLone($0, standing) && !isStrayHeading($0, standing) }
        for label in shown.sorted(by: { $0.worth > $1.worth }) {
            guard !label.words.contains(where: { taken[$0] }) else { continue }
            for word in label.words { taken[word] = true }
            labels.append(label)
        }
        return labels.sorted { ($0.zone.top, $0.zone.left) < ($1.zone.top, $1.zone.left) }
    }

    /// « FOB » and « CN » are headings among headings, and values elsewhere.
    private func isLone(_ label: Label, _ all: [Label]) -> Bool {
        let letters = label.words.reduce(0) { $0 + folded[$1].bytes.count }
        guard letters <= 3, !label.hasColon, !label.isOnColour, label.box == nil else { return false }
        let text = sheet.text(label.words).uppercased()
        guard letters == 2 || dictionary.layout.terms.contains(text) || dictionary.layout.units.contains(text) else {
            return false
        }
        if let last = label.words.last, let next = sheet.next[last] {
            let text = sheet.words[next].text
            if text.utf8.count >= 6, hasDigit(next) { return false }
        }
        let beside = all.count {
            $0.zone.isLevel(with: label.zone) && $0.zone.overlapX(label.zone) <= 0 && $0.distance == 0 && !$0.hasColon
        }
        return beside < 3
    }

    /// The heading of a column of taxes far from any other: a word of a text, « liquide » or « base ».
    private func isStrayHeading(_ label: Label, _ all: [Label]) -> Bool {
        guard label.anchors.isEmpty, label.isTaxColumn, !label.isTax(.total), !label.hasColon, !label.isOnColour else {
            return false
        }
        return !all.contains {
            $0.isTaxColumn && $0.words != label.words && $0.zone.overlapX(label.zone) <= 0
                && abs($0.zone.centre.y - label.zone.centre.y) < 1.6 * sheet.unit
        }
    }
}

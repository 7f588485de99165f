/// One list of words from several readings of the same page.
enum WordMerge {
    /// Where both readings have seen the same ink, the surer one stays; what only one has seen stays too.
    static func merged(_ first: [RecognisedWord], _ second: [RecognisedWord]) -> [RecognisedWord] {
        var groups = Groups(count: first.count + second.count)
        let rows = RowIndex(second)
        for (index, word) in first.enumerated() {
            rows.visit(word.box) { other in
                if isSame(word.box, second[other].box) { groups.join(index, first.count + other) }
            }
        }
        var lead = [Float](repeating: 0, count: first.count + second.count)
        for (index, word) in first.enumerated() { lead[groups.root(index)] += weight(word) }
        for (index, word) in second.enumerated() { lead[groups.root(first.count + index)] -= weight(word) }
        var isShared = [UInt8](repeating: 0, count: lead.count)
        for index in first.indices { isShared[groups.root(index)] |= 1 }
        for index in second.indices { isShared[groups.root(first.count + index)] |= 2 }
        func stays(_ index: Int, _ isFirst: Bool) -> Bool {
            let root = groups.root(index)
            return isShared[root] != 3 || (lead[root] >= 0) == isFirst
        }
        var kept: [RecognisedWord] = []
        for (index, word) in first.enumerated() where stays(index, true) { kept.append(word) }
        for (index, word) in second.enumerated() where stays(first.count + index, false) { kept.append(word) }
        return kept.filter(isWord)
    }

    /// From the top left on, a line at a time.
    static func inReadingOrder(_ words: [RecognisedWord]) -> [RecognisedWord] {
        let sorted = words.sorted { ($0.box.middle.y, $0.box.x) < ($1.box.middle.y, $1.box.x) }
        var result: [RecognisedWord] = []
        var line: [RecognisedWord] = []
        for word in sorted {
            if let first = line.first, word.box.middle.y - first.box.middle.y > max(2, first.box.height / 2) {
                result += line.sorted { $0.box.x < $1.box.x }
                line = []
            }
            line.append(word)
        }
        return result + line.sorted { $0.box.x < $1.box.x }
    }

    /// What a word adds to its reading: sure letters count, doubtful ones count against it.
    private static func weight(_ word: RecognisedWord) -> Float {
        (word.confidence - 0.4) * Float(word.text.unicodeScalars.count)
    }

    private static func isSame(_ one: PixelBox, _ other: PixelBox) -> Bool {
        one.intersection(other).area * 2 > min(one.area, other.area)
    }

    /// Specks and remains of lines are taken for dashes and the like, but not surely.
    private static func isWord(_ word: RecognisedWord) -> Bool {
        let isText = word.text.unicodeScalars.contains {
            $0.properties.isAlphabetic || $0.properties.numericType != nil
        }
        return word.confidence >= (isText ? 0.05 : 0.6)
    }
}

/// Sets of numbers that are joined.
private struct Groups {
    private var parents: [Int]

    init(count: Int) { parents = Array(0..<count) }

    mutating func root(_ index: Int) -> Int {
        var index = index
        while parents[index] != index {
            parents[index] = parents[parents[index]]
            index = parents[index]
        }
        return index
    }

    mutating func join(_ one: Int, _ other: Int) { parents[root(one)] = root(other) }
}

/// Finds the words at a height of the page without looking at all.
private struct RowIndex {
    private static let rowHeight = 32
    private var rows: [[Int]] = []

    init(_ words: [RecognisedWord]) {
        rows = Array(repeating: [], count: (words.map(\.box.bottom).max() ?? 0) / Self.rowHeight + 1)
        for (index, word) in words.enumerated() {
            for row in word.box.y / Self.rowHeight...word.box.bottom / Self.rowHeight { rows[row].append(index) }
        }
    }

    func visit(_ box: PixelBox, _ body: (Int) -> Void) {
        let first = box.y / Self.rowHeight
        guard first < rows.count else { return }
        for row in rows[first...min(rows.count - 1, box.bottom / Self.rowHeight)] { for index in row { body(index) } }
    }
}

/// What stands right of a label and below it, up to the labels and lines that end its place.
struct Surroundings {
    let sheet: Sheet
    let labels: [Label]
    /// Zones that look like labels though no dictionary knows them.
    let strangers: [Zone]
    private let unit: Double

    init(_ sheet: Sheet, _ labels: [Label], _ strangers: [Zone]) {
        (self.sheet, self.labels, self.strangers) = (sheet, labels, strangers)
        unit = sheet.unit
    }

    /// Where the next label of the same line begins.
    func nextLeft(of label: Label) -> Double {
        var next = 2.0
        for other in labels where other.zone.left > label.zone.right - 0.3 * unit {
            // « — Marques et numéros — Nombre et nature » goes on with the label of its box.
            if label.box != nil, other.box == nil, !other.hasColon, other.meanings == [.landmark] { continue }
            if other.zone.overlapY(label.zone) > 0.35 * min(other.zone.height, label.zone.height) {
                next = min(next, other.zone.left)
            }
        }
        for other in strangers where other.left > label.zone.right - 0.3 * unit {
            if other.overlapY(label.zone) > 0.35 * min(other.height, label.zone.height) { next = min(next, other.left) }
        }
        return next
    }

    private func previousRight(of label: Label) -> Double {
        var right = -1.0
        for other in labels where other.zone.right < label.zone.left + 0.3 * unit {
            if other.zone.overlapY(label.zone) > 0.35 * min(other.zone.height, label.zone.height) {
                right = max(right, other.zone.right)
            }
        }
        return right
    }

    /// Free words of the label's line after it, from left to right, and how many vertical lines stand before the first.
    func right(of label: Label, free: [Bool]) -> (words: [Int], ruled: Bool) {
        let limit = nextLeft(of: label)
        let last = label.words.last.map { sheet.words[$0].zone } ?? label.zone
        var words: [Int] = []
        for k in sheet.words.indices where free[k] {
            let zone = sheet.words[k].zone
            guard zone.left > label.zone.right - 0.5 * unit, zone.centre.x < limit else { continue }
            guard zone.isLevel(with: last) || (label.zone.height > 1.6 * last.height && zone.isLevel(with: label.zone))
            else { continue }
            words.append(k)
        }
        words.sort { sheet.words[$0].zone.left < sheet.words[$1].zone.left }
        guard let first = words.first else { return ([], false) }
        let isRuled = sheet.isRuled(between: label.zone, and: sheet.words[first].zone)
        var kept = [first]
        for (a, b) in zip(words, words.dropFirst()) {
            if sheet.isRuled(between: sheet.words[a].zone, and: sheet.words[b].zone) { break }
            kept.append(b)
        }
        return (kept, isRuled)
    }

    /// Lines of free words below the label, in its column, from the nearest on. `ignoring` names labels that do not end
    /// the column.
    func below(_ label: Label, free: [Bool], ignoring: (Int) -> Bool = { _ in false }) -> [[Int]] {
        let limit = nextLeft(of: label)
        let start = previousRight(of: label)
        let zone = label.zone
        var words: [Int] = []
        for k in sheet.words.indices where free[k] {
            let word = sheet.words[k].zone
            guard word.centre.y > zone.bottom, word.top > zone.bottom - 0.45 * unit, word.left < limit - 0.2 * unit,
                word.right > zone.left - unit, word.centre.x > start,
                word.left < zone.right + 60 * unit
            else { continue }
            if isCut(zone, word) { continue }
            if isEnded(zone, word, ignoring) || (label.isOnColour && isOfLaterRow(label, word)) { continue }
            words.append(k)
        }
        return lines(words).map { beginning(of: $0, after: start, free: free) }
    }

    /// The line with the words before it that belong to the same text: a label may stand over the middle of its value.
    private func beginning(of line: [Int], after start: Double, free: [Bool]) -> [Int] {
        var line = line
        while let first = line.first, let before = sheet.previous[first], free[before], line.count < 60,
            sheet.words[before].zone.centre.x > start, !line.contains(before)
        {
            line.insert(before, at: 0)
        }
        return line
    }

    /// Whether a coloured label of a row between has the word in its column: such labels have their values below.
    private func isOfLaterRow(_ label: Label, _ word: Zone) -> Bool {
        labels.contains { other in
            other.isOnColour && !other.hasColon && other.zone.top > label.zone.bottom && other.zone.bottom < word.top
                && other.zone.left < word.left && nextLeft(of: other) > word.left
        }
    }

    /// Whether a vertical line at the word's height stands between it and the label's column.
    private func isCut(_ label: Zone, _ word: Zone) -> Bool {
        let (from, to) = (min(label.centre.x, word.centre.x), max(label.centre.x, word.centre.x))
        return sheet.verticals.contains {
            $0.centre.x > from && $0.centre.x < to && $0.top <= word.centre.y && $0.bottom >= word.centre.y
                // The edge of a box that ends above the label's own line does not part its column.
                && $0.bottom > word.top
        }
    }

    private func isEnded(_ label: Zone, _ word: Zone, _ ignoring: (Int) -> Bool) -> Bool {
        func stands(_ zone: Zone) -> Bool {
            guard zone.centre.y > label.bottom + 0.1 * unit, zone.centre.y < word.top + 0.25 * word.height else {
                return false
            }
            return zone.overlapX(word) > 0.15 * unit || zone.overlapX(label) > 0.3 * min(zone.width, label.width)
        }
        for (index, other) in labels.enumerated() where stands(other.zone) && !ignoring(index) { return true }
        return strangers.contains(where: stands)
    }

    /// Words as lines of writing, from top to bottom and left to right.
    func lines(_ words: [Int]) -> [[Int]] { sheet.lines(words) }
}

extension Sheet {
    /// Words as lines of writing, from top to bottom and left to right.
    func lines(_ chosen: [Int]) -> [[Int]] {
        var lines: [(y: Double, height: Double, words: [Int])] = []
        for word in chosen.sorted(by: { words[$0].zone.centre.y < words[$1].zone.centre.y }) {
            let zone = words[word].zone
            if let last = lines.indices.last,
                abs(lines[last].y - zone.centre.y) < 0.5 * max(0.7 * unit, min(lines[last].height, zone.height))
            {
                let count = Double(lines[last].words.count)
                lines[last].y = (lines[last].y * count + zone.centre.y) / (count + 1)
                lines[last].height = max(lines[last].height, zone.height)
                lines[last].words.append(word)
            } else {
                lines.append((zone.centre.y, zone.height, [word]))
            }
        }
        return lines.map { $0.words.sorted { words[$0].zone.left < words[$1].zone.left } }
    }
}

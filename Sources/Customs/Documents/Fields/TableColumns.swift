/// Where the columns of a table stand, from its headings and the white between its cells.
struct TableColumns {
    let sheet: Sheet

    /// Boundaries between headings that stand in one row, from the left edge of the first column to the right edge of the
    /// last: vertical lines where there are some, else the widest white between two headings.
    func boundaries(_ headings: [Zone], top: Double, bottom: Double, words: [Int]) -> [Double] {
        guard let first = headings.first, let last = headings.last else { return [] }
        var boundaries = [edge(left: first, top, bottom)]
        for (a, b) in zip(headings, headings.dropFirst()) {
            boundaries.append(line(a, b, top, bottom) ?? white(a, b, words))
        }
        boundaries.append(edge(right: last, top, bottom))
        return boundaries
    }

    /// Headings in the row that no layout knows: their columns are nobody's, and no neighbour's either.
    func strangers(beside headings: [Zone], _ labels: [Label]) -> [Zone] {
        guard let row = headings.reduce(nil as Zone?, { $0?.union($1) ?? $1 }) else { return [] }
        let known = Set(labels.flatMap(\.words))
        let reach = 0.7 * max(row.height, sheet.unit)
        var found: [Zone] = []
        for chain in sheet.chains {
            for part in chain.split(whereSeparator: known.contains) {
                guard let zone = sheet.zone(of: part), abs(zone.centre.y - row.centre.y) < reach,
                    zone.left > row.left - 20 * sheet.unit, zone.right < row.right + 20 * sheet.unit,
                    !headings.contains(where: { $0.overlapX(zone) > -0.2 * sheet.unit })
                else { continue }
                let text = sheet.text(Array(part))
                guard text.count(where: \.isLetter) >= 2, !text.contains(where: \.isNumber) else { continue }
                // A heading may go on in a second line.
                if let same = found.firstIndex(where: { $0.overlapX(zone) > 0 }) {
                    found[same] = found[same].union(zone)
                } else {
                    found.append(zone)
                }
            }
        }
        return found
    }

    private func line(_ a: Zone, _ b: Zone, _ top: Double, _ bottom: Double) -> Double? {
        let between = sheet.verticals.filter {
            $0.centre.x > a.centre.x && $0.centre.x < b.centre.x && $0.top < top + 0.6 * (bottom - top)
                && $0.bottom > top + 0.15 * (bottom - top) && $0.height > 1.5 * sheet.unit
        }
        let middle = (a.right + b.left) / 2
        return between.min { abs($0.centre.x - middle) < abs($1.centre.x - middle) }?.centre.x
    }

    private func white(_ a: Zone, _ b: Zone, _ words: [Int]) -> Double {
        let (from, to) = (a.centre.x, b.centre.x)
        let steps = 200
        let step = (to - from) / Double(steps)
        guard step > 0 else { return (a.right + b.left) / 2 }
        var cover = Array(repeating: 0, count: steps)
        func mark(_ zone: Zone, _ weight: Int) {
            let start = max(0, Int((zone.left - from) / step))
            let end = min(steps - 1, Int((zone.right - from) / step))
            if start <= end, zone.right > from, zone.left < to { for k in start...end { cover[k] += weight } }
        }
        for word in words { mark(sheet.words[word].zone, 1) }
        mark(a, 1000)
        mark(b, 1000)
        let least = cover.min() ?? 0
        var best = (start: 0, length: 0)
        var start: Int?
        for k in 0...steps {
            if k < steps, cover[k] == least {
                start = start ?? k
            } else if let open = start {
                if k - open > best.length { best = (open, k - open) }
                start = nil
            }
        }
        return from + step * (Double(best.start) + Double(best.length) / 2)
    }

    private func edge(left zone: Zone, _ top: Double, _ bottom: Double) -> Double {
        let lines = sheet.verticals.filter {
            $0.centre.x < zone.left + 0.3 * sheet.unit
                && $0.overlapY(.init(left: 0, top: top, right: 1, bottom: bottom)) > 0
        }
        let near = lines.map(\.centre.x).max() ?? -1
        return max(near, zone.left - 14 * sheet.unit)
    }

    private func edge(right zone: Zone, _ top: Double, _ bottom: Double) -> Double {
        let lines = sheet.verticals.filter {
            $0.centre.x > zone.right - 0.3 * sheet.unit
                && $0.overlapY(.init(left: 0, top: top, right: 1, bottom: bottom)) > 0
        }
        let near = lines.map(\.centre.x).min() ?? 3
        return min(near, zone.right + 14 * sheet.unit)
    }
}

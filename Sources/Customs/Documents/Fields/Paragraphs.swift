/// Where a text of several lines ends.
struct Paragraphs {
    private let surroundings: Surroundings
    private let sheet: Sheet
    private let labels: [Label]

    init(_ surroundings: Surroundings) {
        self.surroundings = surroundings
        (sheet, labels) = (surroundings.sheet, surroundings.labels)
    }

    /// Lines that follow one another closely, up to a label.
    func first(_ lines: [[Int]]) -> [[Int]] {
        var kept: [[Int]] = []
        var bottom: Double?
        for line in lines {
            guard let zone = sheet.zone(of: line) else { break }
            if let bottom {
                if zone.top - bottom > 1.3 * max(sheet.unit, zone.height) { break }
                let hasLabel = labels.contains {
                    $0.zone.centre.y > bottom - 0.3 * sheet.unit && $0.zone.centre.y < zone.bottom
                        && $0.zone.left < zone.right && $0.zone.right > zone.left - 2 * sheet.unit
                }
                if hasLabel { break }
            }
            kept.append(line)
            bottom = zone.bottom
            if kept.count == 8 { break }
        }
        return kept
    }

    /// Lines below a text that goes on: under its beginning or under its label, without a label in front.
    func continuation(of line: [Int], _ label: Label, _ free: [Bool]) -> [[Int]] {
        guard var above = sheet.zone(of: line) else { return [] }
        let start = above
        let limit = surroundings.nextLeft(of: label)
        let words = sheet.words.indices.filter {
            let zone = sheet.words[$0].zone
            return free[$0] && zone.top > start.centre.y && zone.top < start.bottom + 14 * sheet.unit
                && zone.left > label.zone.left - 1.5 * sheet.unit
                && zone.right < max(limit, start.right + 4 * sheet.unit)
        }
        var lines: [[Int]] = []
        for next in surroundings.lines(words) {
            guard let zone = sheet.zone(of: next), zone.top - above.bottom < 0.9 * max(sheet.unit, zone.height) else {
                break
            }
            let shift = min(abs(zone.left - start.left), abs(zone.left - label.zone.left))
            let hasLabel = labels.contains {
                $0.zone.centre.y > above.bottom - 0.2 * sheet.unit && $0.zone.centre.y < zone.bottom
                    && $0.zone.overlapX(start.union(label.zone)) > 0
            }
            guard shift < 1.5 * sheet.unit, !hasLabel,
                !sheet.isRuled(between: label.zone, and: zone) || zone.left < label.zone.right
            else { break }
            lines.append(next)
            above = zone
            if lines.count == 6 { break }
        }
        return lines
    }

    /// Words up to a gap that parts columns.
    func phrase(_ line: [Int]) -> [Int] {
        var kept = [line[0]]
        for (a, b) in zip(line, line.dropFirst()) {
            let (left, right) = (sheet.words[a].zone, sheet.words[b].zone)
            if right.left - left.right > 3.5 * max(sheet.unit, left.height) { break }
            kept.append(b)
        }
        return kept
    }
}

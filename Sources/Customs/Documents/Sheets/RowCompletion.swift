/// Puts in the labels of a known row that were not read, where the others of the row say that they are.
struct RowCompletion {
    let dictionary: LabelDictionary
    let sheet: Sheet

    /// Fewer labels than this share of a row do not show where it is.
    private static let leastShare = 0.4

    func complete(_ labels: [Label], _ rows: [[LayoutFamily.Mark]]) -> [Label] {
        var labels = labels
        for row in rows {
            let entries = row.compactMap { mark in
                dictionary.find(FoldedName(mark.label).bytes, fuzzy: false).map { (mark, dictionary.entries[$0.entry]) }
            }
            guard entries.count == row.count, row.count >= 3 else { continue }
            complete(&labels, entries)
        }
        return labels.sorted { ($0.zone.top, $0.zone.left) < ($1.zone.top, $1.zone.left) }
    }

    private typealias Place = (mark: LayoutFamily.Mark, entry: LabelDictionary.Entry)

    private func matches(_ label: Label, _ entry: LabelDictionary.Entry) -> Bool {
        label.meanings.contains { entry.meanings.contains($0) }
    }

    private func complete(_ labels: inout [Label], _ places: [Place]) {
        let least = max(2, Int((Self.leastShare * Double(places.count)).rounded(.up)))
        var done: [Double] = []
        for seed in labels where places.contains(where: { matches(seed, $0.entry) }) {
            let y = seed.zone.centre.y
            guard !done.contains(where: { abs($0 - y) < 3 * sheet.unit }) else { continue }
            let near = labels.filter { abs($0.zone.centre.y - y) < 1.6 * sheet.unit }
            let pairs = places.compactMap { place in
                near.filter { matches($0, place.entry) }
                    .min { abs($0.zone.centre.x - place.mark.centre) < abs($1.zone.centre.x - place.mark.centre) }
                    .map { (place.mark, $0) }
            }
            guard pairs.count >= least, pairs.count < places.count, let fit = fit(pairs) else { continue }
            done.append(y)
            let count = Double(pairs.count)
            let top = pairs.reduce(0) { $0 + $1.1.zone.top } / count
            let bottom = pairs.reduce(0) { $0 + $1.1.zone.bottom } / count
            for place in places where !near.contains(where: { matches($0, place.entry) }) {
                let zone = Zone(
                    left: fit.scale * place.mark.left + fit.shift, top: top,
                    right: fit.scale * place.mark.right + fit.shift,
                    bottom: bottom)
                insert(place, zone, &labels)
            }
        }
    }

    /// How the row lies on this page; nil when its labels do not agree.
    private func fit(_ pairs: [(LayoutFamily.Mark, Label)]) -> (scale: Double, shift: Double)? {
        let count = Double(pairs.count)
        let x = pairs.map { $0.0.centre }, y = pairs.map { $0.1.zone.centre.x }
        let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
        let spread = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
        guard spread > 0.001 else { return nil }
        let scale = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) } / spread
        let shift = meanY - scale * meanX
        guard 0.85...1.18 ~= scale, zip(x, y).allSatisfy({ abs(scale * $0 + shift - $1) < 0.012 }) else { return nil }
        return (scale, shift)
    }

    private func insert(_ place: Place, _ zone: Zone, _ labels: inout [Label]) {
        let overlapping = labels.indices.filter {
            labels[$0].zone.overlapX(zone) > 0.4 * min(labels[$0].zone.width, zone.width)
                && labels[$0].zone.overlapY(zone) > 0.4 * min(labels[$0].zone.height, zone.height)
        }
        let name = FoldedName(place.mark.label)
        let isAnother = overlapping.contains {
            // « colis » alone may be what is left of « Total des colis ».
            labels[$0].distance == 0 && !labels[$0].anchors.isEmpty
                && !FoldedName(labels[$0].name).words.allSatisfy(name.words.contains)
        }
        if isAnother { return }
        var words = Set(overlapping.flatMap { labels[$0].words })
        for index in overlapping.reversed() { labels.remove(at: index) }
        // What was read there instead of the label is the label.
        for word in sheet.words.indices
        where zone.contains(sheet.words[word].zone.centre.x, sheet.words[word].zone.centre.y) {
            words.insert(word)
        }
        let box = boxNumber(before: zone)
        let fitting = place.entry.meanings.filter {
            guard let box, case .anchor(let anchor) = $0 else { return false }
            return dictionary.layout.anchors[anchor].boxes.contains(box)
        }
        labels.append(
            Label(
                name: place.mark.label, meanings: fitting.isEmpty ? place.entry.meanings : fitting,
                words: words.sorted(), zone: zone, hasColon: false,
                isOnColour: words.contains { sheet.words[$0].isOnColour }, box: box, distance: 1, worth: 6))
    }

    /// The number of the box, just in front of where its label must be.
    private func boxNumber(before zone: Zone) -> String? {
        sheet.words.first {
            $0.zone.isLevel(with: zone) && $0.zone.right < zone.left + 0.5 * sheet.unit
                && $0.zone.right > zone.left - 2.5 * sheet.unit && (Int($0.text).map { 1...54 ~= $0 } ?? false)
        }?.text
    }
}

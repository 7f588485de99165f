import Reading

/// Reads the values that labels of a page stand for, by where values stand beside their labels.
struct AnchorReader {
    let layout: Layout
    let decoder: ValueDecoder
    let surroundings: Surroundings
    private let paragraphs: Paragraphs
    let labels: [Label]
    let sheet: Sheet
    /// How much better values below their labels are than values on their right, as the page's sure ones show.
    private var belowBonus = 0.0
    private var isInline: [Bool] = []

    enum Side {
        case right, below
        /// Where a person has shown that it stands.
        case apart
    }
    /// What a label may stand for: values for its fields, at one side.
    struct Offer {
        let label: Int
        let anchor: Int
        let side: Side
        var readings: [FieldReading]
        var score: Double
        /// The first line's words, for text that takes what is left.
        var words: [Int] { readings.flatMap(\.decoded.words) }
    }

    init(_ layout: Layout, _ decoder: ValueDecoder, _ sheet: Sheet, _ labels: [Label], _ strangers: [Zone]) {
        (self.layout, self.decoder, self.sheet, self.labels) = (layout, decoder, sheet, labels)
        surroundings = Surroundings(sheet, labels, strangers)
        paragraphs = Paragraphs(surroundings)
    }

    /// The values of labels, each word given to one of them. `isUsed` leaves out labels that tables have taken.
    mutating func read(claimed: inout [Bool], isUsed: (Int) -> Bool) -> [Offer] {
        let free = claimed.map { !$0 }
        let open = labels.indices.filter { !isUsed($0) && !labels[$0].anchors.isEmpty }
        measureSides(open, free)
        var taken: [Int: Offer] = [:]
        settle(open, isText: false, &claimed, &taken)
        settle(open, isText: true, &claimed, &taken)
        return taken.values.sorted { $0.label < $1.label }
    }

    /// Which side the page's labels have their values on, and which labels have theirs in the same line.
    private mutating func measureSides(_ open: [Int], _ free: [Bool]) {
        isInline = Array(repeating: false, count: labels.count)
        var (rights, belows) = (0, 0)
        for index in open {
            let label = labels[index]
            guard let anchor = label.anchors.first, let field = layout.anchors[anchor].fields.first else {
                isInline[index] = label.hasColon
                continue
            }
            let kind = layout.fields[field].kind
            let (line, ruled) = surroundings.right(of: label, free: free)
            let hasRight = !line.isEmpty && !ruled && !decoder.find(kind, in: line, of: sheet, limit: 1).isEmpty
            isInline[index] = label.hasColon || (hasRight && (kind.isTelling || kind == .chiffres))
            guard kind.isTelling, !label.hasColon else { continue }
            let below = surroundings.below(label, free: free).first.map {
                !decoder.find(kind, in: $0, of: sheet, limit: 1).isEmpty
            }
            if hasRight, below != true { rights += 1 }
            if !hasRight, below == true { belows += 1 }
        }
        let all = Double(rights + belows)
        if all >= 2 { belowBonus = 0.12 * Double(belows - rights) / all }
    }

    private func settle(_ open: [Int], isText: Bool, _ claimed: inout [Bool], _ taken: inout [Int: Offer]) {
        var offers = open.flatMap { taken[$0] == nil ? self.offers($0, isText, claimed) : [] }
        // Taking one offer may take words of others: those are made anew until none is left.
        for _ in 0..<6 where !offers.isEmpty {
            var stale: Set<Int> = []
            for offer in offers.sorted(by: { ($0.score, $1.label) > ($1.score, $0.label) }) {
                guard taken[offer.label] == nil, !stale.contains(offer.label) else { continue }
                guard !offer.words.contains(where: { claimed[$0] }) else {
                    stale.insert(offer.label)
                    continue
                }
                taken[offer.label] = offer
                for word in offer.words { claimed[word] = true }
            }
            offers = stale.sorted().flatMap { taken[$0] == nil ? self.offers($0, isText, claimed) : [] }
        }
    }

    /// Labels without a value that have words where their value would be.
    func unread(_ taken: [Offer], claimed: [Bool], isUsed: (Int) -> Bool) -> [UnreadPlace] {
        let done = Set(taken.map(\.label))
        let free = claimed.map { !$0 }
        return labels.indices.compactMap { index in
            guard !done.contains(index), !isUsed(index), let anchor = labels[index].anchors.first,
                let field = layout.anchors[anchor].fields.first, !layout.fields[field].kind.isText
            else { return nil }
            let (line, ruled) = surroundings.right(of: labels[index], free: free)
            if let first = line.first, !ruled,
                labels[index].hasColon || sheet.words[first].zone.left - labels[index].zone.right < 3 * sheet.unit
            {
                return .init(label: index, anchor: anchor, field: field, words: line, side: .right)
            }
            guard !labels[index].hasColon, let below = surroundings.below(labels[index], free: free).first,
                let zone = sheet.zone(of: below), zone.top - labels[index].zone.bottom < 4 * sheet.unit,
                zone.overlapX(labels[index].zone) > -sheet.unit
            else { return nil }
            return .init(label: index, anchor: anchor, field: field, words: below, side: .below)
        }
    }

    /// The offer that a closer look at an unread place makes.
    func offer(_ place: UnreadPlace, _ value: Decoded, _ confidence: Double) -> Offer {
        var value = value
        value.words = place.words
        var reading = reading(place.field, value, place.label, place.side, 0.82)
        reading.legibility = 0.95 * confidence
        reading.trace.append("lu de près seulement")
        return Offer(label: place.label, anchor: place.anchor, side: place.side, readings: [reading], score: 0.82)
    }

    /// What the label may stand for, at either side, by its possible meanings.
    private func offers(_ index: Int, _ isText: Bool, _ claimed: [Bool]) -> [Offer] {
        var offers: [Offer] = []
        let free = claimed.map { !$0 }
        for anchor in labels[index].anchors {
            let fields = layout.anchors[anchor].fields
            guard let first = fields.first else { continue }
            let onlyText = layout.fields[first].kind.isText
            let hasText = fields.contains { layout.fields[$0].kind.isText }
            guard isText == (onlyText || hasText) else { continue }
            if let offset = layout.anchors[anchor].offset {
                if let offer = apartOffer(index, anchor, offset, free) { offers.append(offer) }
                continue
            }
            if let offer = rightOffer(index, anchor, free) { offers.append(offer) }
            if let offer = belowOffer(index, anchor, free) { offers.append(offer) }
        }
        return offers
    }

    private func rightOffer(_ index: Int, _ anchor: Int, _ free: [Bool]) -> Offer? {
        let label = labels[index]
        let (line, ruled) = surroundings.right(of: label, free: free)
        guard let first = line.first else { return nil }
        let distance = (sheet.words[first].zone.left - label.zone.right) / sheet.unit
        guard distance < 100 else { return nil }
        var lines = [line]
        let fields = layout.anchors[anchor].fields
        if let last = fields.last, layout.fields[last].kind == .longText {
            lines += paragraphs.continuation(of: line, label, free)
        }
        var score = (label.hasColon ? 0.97 : 0.84) - 0.003 * distance
        if ruled { score -= 0.12 }
        if label.isOnColour, !label.hasColon { score -= 0.2 }
        if !label.hasColon { score -= belowBonus }
        return offer(index, anchor, .right, lines, score)
    }

    private func belowOffer(_ index: Int, _ anchor: Int, _ free: [Bool]) -> Offer? {
        let label = labels[index]
        let fields = layout.anchors[anchor].fields
        let kinds = fields.map { layout.fields[$0].kind }
        let takesText = kinds.contains(where: \.isText)
        let lines = surroundings.below(label, free: free) { takesText && isInline[$0] }
        guard let first = lines.first, let zone = sheet.zone(of: first) else { return nil }
        let distance = (zone.top - label.zone.bottom) / sheet.unit
        guard distance < (takesText ? 9 : 14) else { return nil }
        let aside = max(0, -zone.overlapX(label.zone)) / sheet.unit
        var score = 0.88 - 0.012 * max(0, distance) - 0.008 * aside + belowBonus
        if label.hasColon { score -= 0.3 }
        if label.isOnColour { score += 0.08 }
        return offer(index, anchor, .below, takesText ? paragraphs.first(lines) : Array(lines.prefix(4)), score)
    }

    /// The line that begins nearest to a place at some distance from the label.
    private func apartOffer(
        _ index: Int, _ anchor: Int, _ offset: LayoutAddition.Offset, _ free: [Bool]
    ) -> Offer? {
        let (left, top) = (labels[index].zone.left + offset.x, labels[index].zone.top + offset.y)
        func distance(_ word: Int) -> Double {
            let zone = sheet.words[word].zone
            return max(abs(zone.left - left) / 6, abs(zone.top - top) / 1.2) / sheet.unit
        }
        let nearest = sheet.words.indices.filter { free[$0] }.min { distance($0) < distance($1) }
        guard let first = nearest, distance(first) < 1 else { return nil }
        return offer(index, anchor, .apart, [sheet.chain(from: first).filter { free[$0] }], 0.98)
    }

    /// Gives the words of a place to the fields of an anchor, in order.
    private func offer(_ index: Int, _ anchor: Int, _ side: Side, _ lines: [[Int]], _ score: Double) -> Offer? {
        let fields = layout.anchors[anchor].fields
        var lines = lines
        var readings: [FieldReading] = []
        let name = fields.first.map { layout.fields[$0].name } ?? ""
        for field in fields where !layout.fields[field].kind.isText {
            if let value = takeValue(layout.fields[field], &lines, isMain: name == layout.fields[field].name) {
                readings.append(reading(field, value, index, side, score))
            }
        }
        let texts = fields.filter { layout.fields[$0].kind.isText }
        if !texts.isEmpty { lines = lines.filter { !$0.isEmpty } }
        for (k, field) in texts.enumerated() where !lines.isEmpty {
            let isLast = k == texts.count - 1
            let words: [Int]
            if layout.fields[field].kind == .longText || (isLast && k > 0) {
                words = lines.flatMap(\.self)
                lines = []
            } else {
                words = paragraphs.phrase(lines.removeFirst())
            }
            guard var value = decoder.decode(.texte, sheet.text(words)), isWorthText(value.value) else { continue }
            value.words = words
            readings.append(reading(field, value, index, side, score - 0.05))
        }
        guard let main = readings.first else { return nil }
        // What the label is for must be there, or at least what goes with it.
        let penalty = main.field == fields[0] ? 0 : 0.15
        return Offer(
            label: index, anchor: anchor, side: side, readings: readings,
            score: score - penalty - 0.03 * Double(labels[index].distance) - (main.decoded.fitness < 0.6 ? 0.1 : 0))
    }

    private func isWorthText(_ text: String) -> Bool {
        let letters = text.count(where: \.isLetter)
        return letters >= 2 || (text.count <= 3 && text.contains(where: \.isNumber))
    }

    /// The first value of a kind in the lines; its words are taken out.
    private func takeValue(_ field: Layout.Field, _ lines: inout [[Int]], isMain: Bool) -> Decoded? {
        let depth = field.kind.isTelling ? lines.count : min(lines.count, 1)
        for k in 0..<depth where !lines[k].isEmpty {
            var found = decoder.find(field.kind, in: lines[k], of: sheet, limit: 6)
            if field.kind == .chiffres || field.kind == .entier, let first = lines[k].first {
                // A code or a count opens its line: numbers within an address are none.
                found = found.filter { $0.words.first == first }
            }
            // A bill of lading's number may look like a container's, but for the check digit.
            if field.kind == .conteneur, !isMain { found.removeAll { !ContainerNumber.isValid($0.value.utf8.span) } }
            guard let value = found.first(where: { $0.repairs == 0 }) ?? found.first else { continue }
            lines[k].removeAll { value.words.contains($0) }
            if field.name == "nombre_colis", let unit = lines[k].first,
                sheet.words[unit].text.uppercased().hasPrefix("COLI")
            {
                lines[k].removeFirst()
            }
            return value
        }
        return nil
    }

    private func reading(_ field: Int, _ value: Decoded, _ label: Int, _ side: Side, _ score: Double) -> FieldReading {
        let zone = sheet.zone(of: value.words) ?? labels[label].zone
        let name = labels[label].name
        let place =
            switch side {
            case .right: "à droite de"
            case .below: "sous"
            case .apart: "là où on l’a montré près de"
            }
        let isPart = layout.fields[field].kind.isNumber && sheet.source == .recognition && sheet.goesOn(value)
        return FieldReading(
            field: field, decoded: value, page: sheet.number, zone: zone, placement: min(1, max(0, score)),
            legibility: sheet.legibility(value) * (isPart ? 0.8 : 1), trace: ["« \(value.raw) » \(place) « \(name) »"])
    }
}

extension Sheet {
    func text(_ chosen: [Int]) -> String { chosen.map { words[$0].text }.joined(separator: " ") }

    /// Whether digits stand so close to a number that it may be a part of theirs.
    func goesOn(_ value: Decoded) -> Bool {
        func isDigits(_ word: Int, _ other: Int) -> Bool {
            let (a, b) = (words[word].zone, words[other].zone)
            let gap = max(a.left, b.left) - min(a.right, b.right)
            return gap < 0.6 * max(unit, b.height) && words[word].text.contains(where: \.isNumber)
                && !words[word].hasColon
        }
        let before = value.words.first.flatMap { first in previous[first].map { isDigits($0, first) } } ?? false
        let after = value.words.last.flatMap { last in next[last].map { isDigits($0, last) } } ?? false
        return before || after
    }

    /// How surely the words of a value were read: as its worst word, less what had to be put right.
    func legibility(_ value: Decoded) -> Double {
        let worst = value.words.map { words[$0].confidence }.min() ?? 0
        return worst * value.fitness
    }
}

import Reading

/// A page prepared for finding labels and values: its words in uniform coordinates, linked to those on their right.
struct Sheet: Sendable {
    struct Word: Sendable {
        var text: String
        var zone: Zone
        var confidence: Double
        var isOnColour: Bool
        /// Whether a colon follows.
        var hasColon = false
    }

    let number: Int
    let aspect: Double
    let source: PageSource
    var words: [Word] = []
    /// The next word of the same line, near enough to belong to it.
    var next: [Int?] = []
    var previous: [Int?] = []
    private(set) var verticals: [Zone] = []
    private(set) var horizontals: [Zone] = []
    /// The usual height of a word.
    let unit: Double

    /// More words than this are on no page that a person filled in.
    static let mostWords = 8000

    init(_ page: DocumentPage) {
        (number, source) = (page.number, page.source)
        aspect = page.aspect.isFinite && page.aspect > 0.05 && page.aspect < 20 ? page.aspect : 0.7071
        var words: [Word] = []
        var colons: [Zone] = []
        for word in page.words.prefix(Self.mostWords) { Self.add(word, aspect, &words, &colons) }
        for colon in colons { Self.attach(colon, to: &words) }
        words.sort { ($0.zone.top, $0.zone.left) < ($1.zone.top, $1.zone.left) }
        let heights = words.map(\.zone.height).sorted()
        unit = heights.isEmpty ? 0.01 : max(0.002, heights[heights.count / 2])
        self.words = words
        let limits = page.rules.prefix(Self.mostWords).map { (Zone($0.box, aspect: aspect), $0.isHorizontal) }
        horizontals = limits.filter(\.1).map(\.0)
        verticals = limits.filter { !$0.1 }.map(\.0)
        link()
    }

    /// Splits off colons; marks without a letter or digit are the ink of lines and frames.
    private static func add(_ word: PageWord, _ aspect: Double, _ words: inout [Word], _ colons: inout [Zone]) {
        let box = word.box
        guard box.left.isFinite, box.top.isFinite, box.right > box.left, box.bottom > box.top, box.right < 2,
            box.bottom < 2, box.left > -1, box.top > -1
        else { return }
        let zone = Zone(box, aspect: aspect)
        let confidence = Double(min(1, max(0, word.confidence)))
        let characters = Array(word.text.prefix(200))
        var start = 0
        func emit(_ range: Range<Int>, colon: Bool) {
            let text = String(characters[range]).trimmed(of: "|_[]{}~—–°º·•*'’‘\"")
            guard text.contains(where: { $0.isLetter || $0.isNumber || $0 == "%" }) else {
                if colon { colons.append(zone) }
                return
            }
            let (a, b) = (Double(range.lowerBound), Double(range.upperBound))
            let step = zone.width / Double(characters.count)
            let part = Zone(
                left: zone.left + a * step, top: zone.top, right: zone.left + b * step, bottom: zone.bottom)
            words.append(
                Word(text: text, zone: part, confidence: confidence, isOnColour: word.isOnColour, hasColon: colon))
        }
        for k in characters.indices where characters[k] == ":" {
            let isTime =
                k > 0 && k + 1 < characters.count && characters[k - 1].isNumber && characters[k + 1].isNumber
            if isTime { continue }
            emit(start..<k, colon: true)
            start = k + 1
        }
        if start < characters.count { emit(start..<characters.count, colon: false) }
    }

    /// A colon that stands alone belongs to the nearest word before it.
    private static func attach(_ colon: Zone, to words: inout [Word]) {
        let before = words.indices.filter {
            let zone = words[$0].zone
            return zone.top < colon.centre.y && zone.bottom > colon.centre.y && zone.centre.x < colon.left
                && colon.left - zone.right < 1.5 * zone.height
        }
        if let nearest = before.max(by: { words[$0].zone.right < words[$1].zone.right }) {
            words[nearest].hasColon = true
        }
    }

    /// Whether a vertical line stands between two words of one line.
    func isRuled(between a: Zone, and b: Zone) -> Bool {
        let (from, to) = (a.right - 0.2 * unit, b.left + 0.2 * unit)
        let y = (a.centre.y + b.centre.y) / 2
        return verticals.contains { $0.centre.x > from && $0.centre.x < to && $0.top <= y && $0.bottom >= y }
    }

    private mutating func link() {
        next = Array(repeating: nil, count: words.count)
        previous = next
        let reach = source == .text ? 1.3 : 1.7
        let tallest = words.map(\.zone.height).max() ?? 0
        for a in words.indices {
            var best: (Int, Double)?
            let left = words[a].zone
            func look(_ b: Int) {
                let right = words[b].zone
                guard b != a, right.left >= left.left + 0.3 * left.width, left.isLevel(with: right) else { return }
                let gap = right.left - left.right
                let size = max(0.7 * unit, max(left.height, right.height))
                guard gap > -0.6 * size, gap < reach * size, gap < best?.1 ?? .infinity,
                    words[a].isOnColour == words[b].isOnColour
                else { return }
                // Words as close as a space apart are one text that runs over a line.
                if gap > 0.45 * size, isRuled(between: left, and: right) { return }
                best = (b, gap)
            }
            var b = a + 1
            while b < words.count, words[b].zone.top < left.bottom { look(b); b += 1 }
            b = a - 1
            while b >= 0, words[b].zone.top > left.top - tallest { look(b); b -= 1 }
            guard let (found, gap) = best else { continue }
            if let rival = previous[found] {
                guard words[found].zone.left - words[rival].zone.right > gap else { continue }
                next[rival] = nil
            }
            (next[a], previous[found]) = (found, a)
        }
    }

    /// The words from one on, to the end of its line.
    func chain(from first: Int) -> [Int] {
        var chain = [first]
        while let word = next[chain[chain.count - 1]], chain.count < 400 { chain.append(word) }
        return chain
    }

    /// All lines, each a list of words.
    var chains: [[Int]] { words.indices.filter { previous[$0] == nil }.map { chain(from: $0) } }

    func zone(of words: some Sequence<Int>) -> Zone? {
        var zone: Zone?
        for word in words { zone = zone?.union(self.words[word].zone) ?? self.words[word].zone }
        return zone
    }
}

extension String {
    /// Without certain characters at both ends.
    func trimmed(of marks: String) -> String {
        var slice = self[...]
        while let first = slice.first, marks.contains(first) { slice = slice.dropFirst() }
        while let last = slice.last, marks.contains(last) { slice = slice.dropLast() }
        return String(slice)
    }
}

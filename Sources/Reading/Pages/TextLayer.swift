import CPDF

/// The words that a PDF's page itself holds, set upright.
struct TextLayer {
    let words: [PageWord]
    /// Clockwise quarter turns that lay its lines level: a page may be typed sideways.
    let quarterTurns: Int

    init(_ page: PDFPage, limit: Int) {
        var marks: [(scalar: Unicode.Scalar, box: PageBox)] = []
        var direction = LineDirection()
        for (scalar, place) in page.characters() {
            let box = PageBox(
                left: place.left / page.width, top: place.top / page.height, right: place.right / page.width,
                bottom: place.bottom / page.height)
            // What lies beyond the sheet is not seen.
            guard let box = box.onPage else { continue }
            if let last = marks.last, !last.scalar.properties.isWhitespace, !scalar.properties.isWhitespace {
                direction.step(from: last.box, to: box, width: page.width, height: page.height)
            }
            marks.append((scalar, box))
        }
        let turns = direction.quarterTurns
        quarterTurns = turns
        let aspect = turns % 2 == 1 ? page.height / page.width : page.width / page.height
        var builder = WordBuilder(aspect: aspect, limit: limit)
        for (scalar, box) in marks { builder.add(scalar, box.turned(quarters: turns)) }
        words = builder.finish()
    }

    /// Whether people could have written it. Some scanners write rubbish behind their pictures, and some fonts have
    /// characters of their own.
    var isPlausible: Bool {
        guard words.count >= Self.fewest else { return false }
        var (characters, odd, credible) = (0, 0, 0)
        for word in words {
            var (letters, digits, vowels, others) = (0, 0, 0, 0)
            for scalar in word.text.unicodeScalars {
                characters += 1
                if Self.isOdd(scalar) { odd += 1 }
                if scalar.properties.isAlphabetic {
                    letters += 1
                    if Self.vowels.contains(scalar) { vowels += 1 }
                } else if scalar.properties.numericType != nil {
                    digits += 1
                } else {
                    others += 1
                }
            }
            // Numbers, codes, short words, words that can be pronounced, and rows of dots.
            if letters == 0 || digits > letters || letters <= 3 && others <= 1
                || vowels * 8 >= letters && others * 3 <= letters
            {
                credible += 1
            }
        }
        return odd * 50 <= characters && credible * 10 >= words.count * 8
    }

    private static let fewest = 5
    private static let vowels = Set("aeiouyàâäéèêëîïôöùûüœæAEIOUYÀÂÄÉÈÊËÎÏÔÖÙÛÜŒÆ".unicodeScalars)

    private static func isOdd(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .privateUse, .unassigned, .surrogate, .format: true
        default: scalar.value == 0xfffd
        }
    }
}

/// Which way lines run, by the steps from each letter to the next.
private struct LineDirection {
    /// To the right, down, to the left, up.
    private var votes = [0, 0, 0, 0]

    mutating func step(from last: PageBox, to next: PageBox, width: Double, height: Double) {
        let x = (next.left + next.right - last.left - last.right) / 2 * width
        let y = (next.top + next.bottom - last.top - last.bottom) / 2 * height
        let size = max((last.right - last.left) * width, (last.bottom - last.top) * height)
        // A longer step leads to another word, which may lie anywhere.
        guard max(abs(x), abs(y)) <= size * 1.5 else { return }
        votes[abs(x) >= abs(y) ? (x >= 0 ? 0 : 2) : (y >= 0 ? 1 : 3)] += 1
    }

    /// Clockwise, that let them run to the right.
    var quarterTurns: Int {
        let most = votes.max() ?? 0
        return (4 - (votes.firstIndex(of: most) ?? 0)) % 4
    }
}

/// Joins characters to words: blanks part them, and so does a wider gap than any between letters.
private struct WordBuilder {
    let aspect: Double
    let limit: Int
    private var words: [PageWord] = []
    private var text = String.UnicodeScalarView()
    private var box: PageBox?
    private var last: PageBox?

    init(aspect: Double, limit: Int) { (self.aspect, self.limit) = (aspect, limit) }

    mutating func add(_ scalar: Unicode.Scalar, _ next: PageBox) {
        if scalar.properties.isWhitespace {
            end()
            return
        }
        if let last, !Self.follows(next, last, aspect) { end() }
        text.append(scalar)
        (box, last) = (box.map { $0.union(next) } ?? next, next)
    }

    mutating func finish() -> [PageWord] {
        end()
        return words
    }

    private mutating func end() {
        if let box, words.count < limit { words.append(PageWord(text: String(text), box: box, confidence: 1)) }
        (text, box, last) = (.init(), nil, nil)
    }

    private static func follows(_ next: PageBox, _ last: PageBox, _ aspect: Double) -> Bool {
        let height = max(last.bottom - last.top, next.bottom - next.top)
        let shared = min(last.bottom, next.bottom) - max(last.top, next.top)
        let gap = (next.left - last.right) * aspect
        return shared * 2 > height && gap < height * 0.25 && gap > -height * 0.7
    }
}

extension PageBox {
    /// What of it lies on the page; nil when nothing does.
    var onPage: PageBox? {
        guard left < 1, top < 1, right > 0, bottom > 0, left <= right, top <= bottom else { return nil }
        return PageBox(left: max(0, left), top: max(0, top), right: min(1, right), bottom: min(1, bottom))
    }

    func union(_ other: PageBox) -> PageBox {
        PageBox(
            left: min(left, other.left), top: min(top, other.top), right: max(right, other.right),
            bottom: max(bottom, other.bottom))
    }

    /// Where it lies once the page is turned clockwise.
    func turned(quarters: Int) -> PageBox {
        switch quarters & 3 {
        case 1: PageBox(left: 1 - bottom, top: left, right: 1 - top, bottom: right)
        case 2: PageBox(left: 1 - right, top: 1 - bottom, right: 1 - left, bottom: 1 - top)
        case 3: PageBox(left: top, top: 1 - right, right: bottom, bottom: 1 - left)
        default: self
        }
    }

    init(_ box: PixelBox, width: Int, height: Int) {
        self.init(
            left: Double(box.x) / Double(width), top: Double(box.y) / Double(height),
            right: Double(box.right) / Double(width), bottom: Double(box.bottom) / Double(height))
    }

    /// Its pixels in an image, whatever its numbers are.
    func pixels(width: Int, height: Int) -> PixelBox {
        func pixel(_ fraction: Double, _ size: Int) -> Int {
            fraction.isFinite ? Int((min(1, max(0, fraction)) * Double(size)).rounded()) : 0
        }
        let (x, y) = (pixel(left, width), pixel(top, height))
        return PixelBox(x: x, y: y, width: max(0, pixel(right, width) - x), height: max(0, pixel(bottom, height) - y))
    }
}

/// Looks again at what the recognition of a whole page passed over or was not sure of.
///
/// Tesseract drops digits that stand alone, lines that lie close to rules, and whole rows of a table at times; read as
/// one line on an image of its own, most of it comes out.
struct Proofreading {
    let recogniser: Recogniser
    let letter: Int
    /// Places of one page; a page of words that are all doubtful is no better for being read twice.
    private static let mostPlaces = 160
    /// Words less sure than this are read again.
    private static let sure: Float = 0.7
    /// What a second reading must have above the first, and what ink that had no reading must have.
    private static let (gain, least): (Float, Float) = (0.08, 0.55)
    /// A letter or digit alone could be a speck.
    private static let leastAlone: Float = 0.75
    /// Of the images that are read, in pixels: the recognition was trained on lines of about that height.
    private static let lineHeight = 44.0

    /// The words of a layer of the page, with what a second look adds or betters.
    func corrected(_ words: [RecognisedWord], on layer: Bitmap) throws(ReadingError) -> [RecognisedWord] {
        var words = words
        var places = 0
        for segment in segments(words).filter({ $0.contains { isDoubtful(words[$0]) } }) where places < Self.mostPlaces
        {
            places += 1
            try reread(segment, &words, layer)
        }
        words.removeAll { $0.text.isEmpty }
        var added: [RecognisedWord] = []
        for box in try unread(words, layer).prefix(Self.mostPlaces - places) {
            added += try line(box, layer).filter { word in
                isCredible(word) && !words.contains { overlaps(word.box, $0.box) }
            }
        }
        return words + added
    }

    private func isDoubtful(_ word: RecognisedWord) -> Bool { word.confidence < Self.sure }

    private func isCredible(_ word: RecognisedWord) -> Bool {
        let letters = word.text.unicodeScalars.count { $0.properties.isAlphabetic || $0.properties.numericType != nil }
        return letters > 1 ? word.confidence >= Self.least : letters == 1 && word.confidence >= Self.leastAlone
    }

    /// What remains of a word's ink beside it is that word again.
    private func overlaps(_ one: PixelBox, _ other: PixelBox) -> Bool {
        one.intersection(other).area * 5 > min(one.area, other.area)
    }

    // MARK: Words read before

    /// Words that stand in one line no further apart than words of one text do.
    private func segments(_ words: [RecognisedWord]) -> [[Int]] {
        let order = words.indices.sorted { words[$0].box.x < words[$1].box.x }
        var open: [[Int]] = []
        for index in order {
            let box = words[index].box
            let home = open.firstIndex { segment in
                guard let last = segment.last.map({ words[$0].box }) else { return false }
                let gap = box.x - last.right
                return gap < letter && gap > -letter
                    && abs(box.middle.y - last.middle.y) * 2 < min(box.height, last.height)
                    && max(box.height, last.height) < 2 * letter
            }
            if let home { open[home].append(index) } else { open.append([index]) }
        }
        return open
    }

    /// What takes the place of a segment is set in its first word; the others are emptied.
    private func reread(_ segment: [Int], _ words: inout [RecognisedWord], _ layer: Bitmap) throws(ReadingError) {
        var frame = words[segment[0]].box
        for index in segment { frame = frame.union(words[index].box) }
        guard frame.height <= 3 * letter else { return }
        let found = try line(frame, layer)
        let old = segment.map { words[$0] }
        guard Self.sureness(found) >= Self.sureness(old) + Self.gain, Self.letters(found) * 4 >= Self.letters(old) * 3
        else { return }
        for index in segment { words[index].text = "" }
        words += found
    }

    private static func letters(_ words: [RecognisedWord]) -> Int {
        words.reduce(0) { $0 + $1.text.unicodeScalars.count }
    }
    private static func sureness(_ words: [RecognisedWord]) -> Float {
        let sum = words.reduce(0) { $0 + $1.confidence * Float($1.text.unicodeScalars.count) }
        return sum / Float(max(1, letters(words)))
    }

    // MARK: Ink that no word covers

    private func unread(_ words: [RecognisedWord], _ layer: Bitmap) throws(ReadingError) -> [PixelBox] {
        let ink = try layer.darker(than: 128)
        for word in words { ink.erase(word.box.grown(max(1, letter / 8)).intersection(ink.whole)) }
        let lines = try ink.closed(max(3, letter * 3 / 4), 1).pieces()
        return lines.filter {
            $0.height * 2 >= letter && $0.height <= 2 * letter && $0.width * 6 >= letter
                && ink.inkCount(in: $0) >= letter
        }.sorted { ($0.y, $0.x) < ($1.y, $1.x) }
    }

    // MARK: Reading

    private func line(_ box: PixelBox, _ layer: Bitmap) throws(ReadingError) -> [RecognisedWord] {
        let frame = box.grown(max(2, letter / 5)).intersection(layer.whole)
        guard frame.width > 2, frame.height > 2 else { return [] }
        let crop = try layer.clipped(frame)
        guard try crop.darker(than: 128).inkCount >= letter / 2 else { return [] }
        let factor = min(3, max(1, Self.lineHeight / Double(frame.height)))
        let image = try crop.scaled(factor).framed(10)
        return try recogniser.words(image, .line, milliseconds: 1000).map { word in
            var word = word
            let place = { (pixel: Int) in Int((Double(pixel - 10) / factor).rounded()) }
            let (left, top) = (place(word.box.x), place(word.box.y))
            word.box = PixelBox(
                x: frame.x + left, y: frame.y + top, width: max(1, place(word.box.right) - left),
                height: max(1, place(word.box.bottom) - top))
            return word
        }
    }
}

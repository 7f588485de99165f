import CLeptonica

/// The long straight lines of a page: where they are, and the page without them.
struct RuledLines {
    let horizontal: [PixelBox]
    let vertical: [PixelBox]
    /// Their pixels, apart from those of letters that cross them.
    let mask: Bitmap

    /// `grey` has a white ground; `letter` is the height of a letter, which no stroke of a letter exceeds by far.
    /// Lines are not looked for in `grounds`.
    init(_ grey: Bitmap, letter: Int, outside grounds: Bitmap) throws(ReadingError) {
        let (length, thickest) = (max(24, letter * 5 / 2), max(4, letter / 2))
        let ink = try grey.darker(than: 190).minus(grounds)
        let flat = try ink.opened(length, 1).minus(ink.opened(1, thickest + 1))
            .or(Self.hairlines(grey, letter: letter))
        let upright = try ink.opened(1, length).minus(ink.opened(thickest + 1, 1))
        let evenness = try LineEvenness(GreyPixels(grey))
        horizontal = try flat.closed(letter, 1).pieces().filter { $0.width >= length && evenness.isRule($0) }
        vertical = try upright.closed(1, letter).pieces().filter { $0.height >= length }
        let rules = try Bitmap.white(width: grey.width, height: grey.height, depth: 1)
        for piece in horizontal { rules.paste(flat, piece) }
        // Their blurred edges too, and not the strokes that go on beyond both edges.
        let flatBand = try rules.dilated(3, 5)
        let uprightBand = try upright.dilated(5, 3)
        let letters = try ink.minus(flatBand).minus(uprightBand)
        let across = try letters.closed(1, thickest + 5).and(flatBand).or(
            letters.closed(thickest + 5, 1).and(uprightBand))
        mask = try flatBand.or(uprightBand).minus(across)
    }

    /// Level lines that are too pale for ink, and broken by the scan. They must be long and thin to be told from
    /// shaded cells and blurred words.
    private static func hairlines(_ grey: Bitmap, letter: Int) throws(ReadingError) -> Bitmap {
        let pale = try grey.darker(than: 228)
        let shades = try pale.opened(max(4, letter / 2), max(4, letter / 2)).dilated(7, 7)
        let long = try pale.minus(shades).closed(3, 1).opened(letter * 8, 1)
        let kept = try Bitmap.white(width: grey.width, height: grey.height, depth: 1)
        for piece in try long.closed(letter, 1).pieces() where piece.height <= max(3, letter / 4) {
            kept.paste(long, piece)
        }
        return kept
    }
}

/// Tells a rule from a line of small print whose letters run together.
struct LineEvenness {
    /// A rule's shade along its length differs from its mean by no more than this share of its darkness.
    private static let most = 0.2

    private let grey: GreyPixels

    init(_ grey: GreyPixels) { self.grey = grey }

    /// Whether the darkest shade of each column is much the same: letters are dark and the gaps between them pale.
    func isRule(_ box: PixelBox) -> Bool {
        var darkness: [Double] = []
        darkness.reserveCapacity(box.width)
        for column in box.x..<box.right {
            var darkest: UInt8 = 255
            for row in box.y..<box.bottom { darkest = min(darkest, grey.values[row * grey.width + column]) }
            darkness.append(255 - Double(darkest))
        }
        let mean = darkness.reduce(0, +) / Double(max(1, darkness.count))
        let deviation = darkness.reduce(0) { $0 + abs($1 - mean) } / Double(max(1, darkness.count))
        return deviation <= Self.most * mean
    }
}

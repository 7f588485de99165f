import CLeptonica

/// The long straight lines of a page: where they are, and the page without them.
struct RuledLines {
    let horizontal: [PixelBox]
    let vertical: [PixelBox]
    /// Their pixels, apart from those of letters that cross them.
    let mask: Bitmap

    /// `letter` is the height of a letter, which no stroke of a letter exceeds by far.
    init(_ ink: Bitmap, letter: Int) throws(ReadingError) {
        let (length, thickest) = (max(24, letter * 5 / 2), max(4, letter / 2))
        let flat = try Self.thin(ink.opened(length, 1), ink, 1, thickest + 1)
        let upright = try Self.thin(ink.opened(1, length), ink, thickest + 1, 1)
        horizontal = try flat.closed(letter, 1).pieces().filter { $0.width >= length }
        vertical = try upright.closed(1, letter).pieces().filter { $0.height >= length }
        // Their blurred edges too, and not the strokes that go on beyond both edges.
        let flatBand = try flat.dilated(3, 5)
        let uprightBand = try upright.dilated(5, 3)
        let letters = try ink.minus(flatBand).minus(uprightBand)
        let across = try letters.closed(1, thickest + 5).and(flatBand).or(letters.closed(thickest + 5, 1).and(uprightBand))
        mask = try flatBand.or(uprightBand).minus(across)
    }

    /// What of the candidates is no thicker than a line.
    private static func thin(_ candidates: Bitmap, _ ink: Bitmap, _ width: Int, _ height: Int) throws(ReadingError) -> Bitmap {
        try candidates.minus(candidates.opened(width, height))
    }
}

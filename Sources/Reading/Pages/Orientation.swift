import CLeptonica

/// Which way the lines of a page run and how they lean, found from its letters.
struct Orientation {
    /// Clockwise quarter turns that lay its lines of text level, 0 or 1; the page may then stand on its head.
    let quarterTurns: Int
    /// Degrees, clockwise, that straighten it then.
    let skew: Double

    /// `letters` holds letters and nothing else; `letter` is their height.
    init(_ letters: Bitmap, letter: Int) throws(ReadingError) {
        // The letters of a word stand closer to each other than to the lines above and below.
        let gap = max(3, letter * 45 / 100)
        let along = try letters.closed(gap, 1).pieceCount
        let across = try letters.closed(1, gap).pieceCount
        quarterTurns = across * 5 < along * 4 ? 1 : 0
        skew = try Self.lean(letters.turned(quarters: quarterTurns))
    }

    private static func lean(_ letters: Bitmap) -> Double {
        var (angle, confidence): (Float, Float) = (0, 0)
        let reduction: Int32 = letters.width * letters.height > 2_000_000 ? 4 : 2
        let failed = pixFindSkewSweepAndSearch(letters.pix, &angle, &confidence, reduction, 2, 7, 1, 0.01)
        // A line that rises by less than its own thickness is level; a doubtful angle is none.
        guard failed == 0, angle.isFinite, confidence >= 2, abs(angle) >= 0.08 else { return 0 }
        return Double(angle)
    }
}

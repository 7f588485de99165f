import CLeptonica

/// Which way up a page is and how it leans, found from its letters.
struct Orientation {
    /// Clockwise quarter turns that lay its lines of text level, 0 or 1; the page may then stand on its head.
    let quarterTurns: Int
    /// Degrees, clockwise, that straighten it then.
    let skew: Double

    /// `letters` holds letters and nothing else.
    init(_ letters: Bitmap) throws(ReadingError) {
        let level = Self.lean(letters)
        let upright = try Self.lean(letters.turned(quarters: 1))
        let isTurned = upright.score > level.score * 1.3
        quarterTurns = isTurned ? 1 : 0
        let best = isTurned ? upright : level
        // A hundredth of a line's height in its length is not seen; a doubtful angle is none.
        skew = best.confidence >= 2 && abs(best.angle) >= 0.08 ? best.angle : 0
    }

    private static func lean(_ letters: Bitmap) -> (angle: Double, confidence: Double, score: Double) {
        var (angle, confidence, score): (Float, Float, Float) = (0, 0, 0)
        let reduction: Int32 = letters.width * letters.height > 2_000_000 ? 4 : 2
        let failed = pixFindSkewSweepAndSearchScore(
            letters.pix, &angle, &confidence, &score, reduction, 2, 0, 7, 1, 0.01)
        guard failed == 0, angle.isFinite, confidence.isFinite, score.isFinite else { return (0, 0, 0) }
        return (Double(angle), Double(confidence), Double(score))
    }
}

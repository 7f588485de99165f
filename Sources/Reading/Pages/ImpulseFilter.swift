import CLeptonica

/// Takes the specks of a noisy scan or fax away.
enum ImpulseFilter {
    /// Thin print has next to no dark pixel without a dark neighbour, noise has many. A median filter costs thin print
    /// strokes, so it must be noise.
    private static let strictShare = 0.000_5

    static func clean(_ grey: Bitmap) throws(ReadingError) -> Bitmap {
        let ink = try grey.darker(than: 128)
        guard try Double(isolatedCount(ink)) > strictShare * Double(grey.width * grey.height) else { return grey }
        return try Bitmap(pixMedianFilter(grey.pix, 3, 3))
    }

    private static func isolatedCount(_ ink: Bitmap) throws(ReadingError) -> Int {
        var shape = selCreateFromString("ooooXoooo", 3, 3, nil)
        guard shape != nil else { throw .readerFailed("selCreateFromString") }
        defer { selDestroy(&shape) }
        return try Bitmap(pixHMT(nil, ink.pix, shape)).inkCount
    }
}

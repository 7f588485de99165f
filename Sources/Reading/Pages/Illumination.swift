import CLeptonica

/// Makes paper white and ink black, whatever shadow lies on them.
enum Illumination {
    static func even(_ grey: Bitmap) throws(ReadingError) -> Bitmap {
        // The ground is measured on tiles that are larger than letters, and smoothed over its neighbours.
        let (tile, smoothing): (Int32, Int32) = (24, 2)
        let least = tile * tile / 4
        var even = grey
        if let normal = pixBackgroundNorm(grey.pix, nil, nil, tile, tile, 60, least, 240, smoothing, smoothing) {
            even = try Bitmap(normal)
        }
        // The darkest two in a thousand become black: faint print gets its contrast back.
        let black = min(160, even.shade(rank: 0.002))
        return try Bitmap(pixGammaTRC(nil, even.pix, 1, Int32(black), 235))
    }
}

import CLeptonica

/// Boxes of dark or saturated colour that carry light letters.
struct DarkGrounds {
    let mask: Bitmap
    let boxes: [PixelBox]

    /// `darkness` is the darkest channel of the page.
    init(_ darkness: Bitmap, letter: Int) throws(ReadingError) {
        let dark = try darkness.darker(than: 120)
        // The margins above and below the letters are solid strips; closed over the letters, they are the box.
        let strips = try dark.opened(letter * 2, 3)
        let closed = try strips.closed(1, letter * 2)
        // No letter is that wide: what a rule has closed in above or below a box is paper.
        let paper = try closed.minus(dark).opened(letter * 2, 2).dilated(3, 3)
        let grounds = try closed.minus(paper).opened(letter, max(8, letter))
        var kept: [PixelBox] = []
        let mask = try Bitmap.white(width: darkness.width, height: darkness.height, depth: 1)
        for box in try grounds.pieces() where box.height >= letter && box.width >= letter * 2 {
            // A box is dark for the most part; two rules close to each other are not.
            guard dark.inkCount(in: box) * 2 > box.area, box.height < letter * 8 else { continue }
            kept.append(box)
            mask.paste(grounds, box)
        }
        (self.mask, boxes) = (mask, kept)
    }
}

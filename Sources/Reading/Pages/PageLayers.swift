import CLeptonica

/// A page's upright image taken apart: what was typed, and the labels printed in colour or on dark grounds.
struct PageLayers {
    /// Black values on white: no lines, no coloured ink.
    let values: Bitmap
    /// Labels as black on white; nil when there are none.
    let labels: Bitmap?
    let lines: RuledLines
    let letter: Int

    /// `image` has one channel or three.
    init(_ image: Bitmap, letter: Int) throws(ReadingError) {
        let even = try Illumination.even(Self.withoutColouredInk(image))
        let darkest = image.isColour ? try image.darkest() : even
        let calm = try darkest.smoothed()
        let grounds = try DarkGrounds(calm, letter: letter)
        lines = try RuledLines(darkest, letter: letter, outside: grounds.mask)
        let values = try even.copied()
        // Coloured lines have gone with all coloured ink; what is printed over them stays whole.
        let black = image.isColour ? try RuledLines(even, letter: letter, outside: grounds.mask) : lines
        values.set(black.mask, to: 255)
        try Self.blank(values, grounds, lightest: even)
        self.values = try values.smoothed()
        labels = try Self.labels(image, calm, grounds, lines, letter)
        self.letter = letter
    }

    /// The brightest channel, in which coloured ink is pale, with that ink made white: stamps, and the pale seams of
    /// coloured grounds. Black print that lies on it stays.
    private static func withoutColouredInk(_ image: Bitmap) throws(ReadingError) -> Bitmap {
        let lightest = try image.lightest()
        guard image.isColour else { return lightest }
        let spread = try image.spread()
        // Paper that is no pure white has a colour too.
        let coloured = try spread.darker(than: min(120, spread.shade(rank: 0.5) + 30)).inverted()
        try lightest.set(coloured.dilated(3, 3).minus(lightest.darker(than: 100)), to: 255)
        return lightest
    }

    /// A place of whichever layer has more to read there.
    func clipped(_ frame: PixelBox) throws(ReadingError) -> Bitmap {
        let value = try values.clipped(frame)
        guard let label = try labels?.clipped(frame) else { return value }
        return try label.darker(than: 128).inkCount > value.darker(than: 128).inkCount ? label : value
    }

    /// A ground that is black and not coloured hides nothing that could be read.
    private static func blank(_ values: Bitmap, _ grounds: DarkGrounds, lightest: Bitmap) throws(ReadingError) {
        let black = try lightest.darker(than: 128)
        for box in grounds.boxes where black.inkCount(in: box) * 2 > box.area {
            let part = try Bitmap.white(width: values.width, height: values.height, depth: 1)
            part.paste(grounds.mask, box)
            try values.set(part.dilated(5, 5), to: 255)
        }
    }

    private static func labels(
        _ image: Bitmap, _ darkest: Bitmap, _ grounds: DarkGrounds, _ lines: RuledLines, _ letter: Int
    ) throws(ReadingError) -> Bitmap? {
        let labels = try Bitmap.white(width: image.width, height: image.height, depth: 8)
        if !grounds.boxes.isEmpty {
            try labels.copy(from: darkest.inverted(), where: grounds.mask)
        }
        var found = !grounds.boxes.isEmpty
        if image.isColour {
            // Letters of coloured ink on paper.
            let spread = try image.spread().darker(than: 90).inverted()
            let coloured = try spread.and(darkest.darker(than: 140))
                .minus(grounds.mask.dilated(7, 7)).minus(lines.mask)
            let letters = try Bitmap.white(width: image.width, height: image.height, depth: 1)
            for piece in try coloured.pieces()
            where piece.height * 2 >= letter && piece.height <= letter * 3 && piece.width <= letter * 4 {
                letters.paste(coloured, piece)
                found = true
            }
            // Accents and dots lie just above or below.
            let marks = try letters.dilated(1, letter).and(coloured)
            try labels.copy(from: darkest, where: letters.or(marks).dilated(3, 3))
        }
        return found ? labels : nil
    }
}

import CLeptonica

/// An image made fit to be recognised: upright, of a good size, and taken apart in layers.
struct PreparedPage {
    /// Upright and straightened, in its colours: what people are shown.
    let upright: Bitmap
    let layers: PageLayers?
    let placement: PagePlacement
}

/// From what a scanner or camera made to a `PreparedPage`.
struct PagePreparation {
    /// Capitals of print at 10 points and 200 dots per inch. More takes longer and reads hardly better.
    private static let bestLetter = 20.0
    /// Beyond, no sheet needs.
    static let mostPixels = 14_000_000.0
    /// Fewer pieces of ink like letters are no text, more are no letters.
    private static let plausibleLetters = 8...40_000

    let recogniser: Recogniser

    /// `known` is how the page was set upright when it was prepared before.
    func prepare(_ sent: Bitmap, known: PagePlacement? = nil) throws(ReadingError) -> PreparedPage {
        let aspect = Double(sent.width) / Double(sent.height)
        let pixels = Double(sent.width * sent.height)
        var image = pixels > Self.mostPixels ? try sent.scaled((Self.mostPixels / pixels).squareRoot()) : sent
        image = try Self.withoutNeedlessColour(image)
        if !image.isColour { image = try ImpulseFilter.clean(image) }
        image = try Deblurring.sharpened(image)

        var ink = try Self.ink(image)
        var pieces = try ink.pieces()
        var letter = LetterSize(pieces)
        guard Self.plausibleLetters ~= letter.count, pieces.count < 200_000 else {
            return PreparedPage(upright: image, layers: nil, placement: PagePlacement(sentAspect: aspect))
        }
        if let factor = Self.scale(letter.height, image) {
            image = try image.scaled(factor)
            ink = try Self.ink(image)
            pieces = try ink.pieces()
            letter = LetterSize(pieces)
        }
        let placement: PagePlacement
        if let known {
            placement = known
        } else {
            placement = try Self.placement(ink, pieces, letter, image, aspect, recogniser)
        }
        let upright = try image.turned(quarters: placement.quarterTurns).turned(degrees: placement.skew)
        return try PreparedPage(
            upright: upright, layers: PageLayers(upright, letter: max(8, letter.height)), placement: placement)
    }

    private static func ink(_ image: Bitmap) throws(ReadingError) -> Bitmap {
        try Illumination.even(image.lightest()).darker(than: 150)
    }

    private static func withoutNeedlessColour(_ image: Bitmap) throws(ReadingError) -> Bitmap {
        guard image.isColour else { return image }
        let coloured = try image.spread().darker(than: 70).inverted().inkCount
        // A few coloured specks are a camera's noise.
        if coloured * 2000 > image.width * image.height { return image }
        return try image.luminance()
    }

    private static func scale(_ letter: Int, _ image: Bitmap) -> Double? {
        let factor = bestLetter / Double(letter)
        if factor < 0.75 { return max(factor, 0.2) }
        guard factor > 1.6 else { return nil }
        let room = (mostPixels / Double(image.width * image.height)).squareRoot()
        let enlarged = min(factor, 2, room)
        return enlarged > 1.2 ? enlarged : nil
    }

    private static func placement(
        _ ink: Bitmap, _ pieces: [PixelBox], _ letter: LetterSize, _ image: Bitmap, _ aspect: Double,
        _ recogniser: Recogniser
    ) throws(ReadingError) -> PagePlacement {
        let letters = try Bitmap.white(width: ink.width, height: ink.height, depth: 1)
        for piece in pieces where letter.isLetter(piece) { letters.paste(ink, piece) }
        let orientation = try Orientation(letters, letter: letter.height)
        let level = try image.turned(quarters: orientation.quarterTurns).turned(degrees: orientation.skew)
        let flat = try letters.turned(quarters: orientation.quarterTurns)
        let samples = try WordSamples(flat.closed(letter.height, 3).pieces(), letter: letter.height)
        let isReversed = try samples.isReversed(level, recogniser)
        return PagePlacement(
            quarterTurns: orientation.quarterTurns + (isReversed ? 2 : 0), skew: orientation.skew, sentAspect: aspect)
    }
}

import CLeptonica

/// Some words of a page, read both ways up to tell which is the right one.
struct WordSamples {
    private static let most = 24
    /// By how much the better way must be surer than the other, in sums of words' confidences.
    private static let margin: Float = 2.2

    private let frames: [PixelBox]
    private let letter: Int

    /// `pieces` are words or whatever looks like them, on the page once it is level.
    init(_ pieces: [PixelBox], letter: Int) {
        let words = pieces.filter {
            $0.height * 3 >= letter * 2 && $0.height <= letter * 2 && $0.width >= letter * 3 && $0.width <= letter * 16
        }
        // Spread over the page: what is odd in one place is not odd in all.
        let step = max(1, words.count / Self.most)
        frames = stride(from: 0, to: words.count, by: step).prefix(Self.most).map { words[$0] }
        self.letter = letter
    }

    /// Whether the page stands on its head. One that cannot be told is left as it is.
    func isReversed(_ image: Bitmap, _ recogniser: Recogniser) throws(ReadingError) -> Bool {
        let grey = try image.luminance()
        var lead: Float = 0
        for frame in frames {
            let crop = try grey.clipped(frame.grown(letter / 2).intersection(grey.whole))
            lead += try sureness(crop.turned(quarters: 2), recogniser) - sureness(crop, recogniser)
            if abs(lead) >= Self.margin { break }
        }
        return lead >= Self.margin / 2
    }

    private func sureness(_ crop: Bitmap, _ recogniser: Recogniser) throws(ReadingError) -> Float {
        let words = try recogniser.words(crop, .line, milliseconds: 1000)
        let letters = words.reduce(0) { $0 + $1.text.unicodeScalars.count }
        guard letters > 1 else { return 0 }
        return words.reduce(0) { $0 + $1.confidence * Float($1.text.unicodeScalars.count) } / Float(letters)
    }
}

import CLeptonica

/// The words of a prepared page.
struct PageRecognition {
    let recogniser: Recogniser
    let limits: PageLimits
    /// The mean of all letters, without which a page is no page. A blurred one has 0.7.
    private static let leastSureness = 0.45

    func pageWords(_ layers: PageLayers) throws(ReadingError) -> [PageWord] {
        let milliseconds = limits.recognitionMilliseconds
        let sparse = try recogniser.words(layers.values, .sparse, milliseconds: milliseconds)
        let structured = try recogniser.words(layers.values, .structured, milliseconds: milliseconds)
        var words = WordMerge.merged(sparse, structured)
        var onColour: [RecognisedWord] = []
        if let labels = layers.labels {
            onColour = try recogniser.words(labels, .sparse, milliseconds: milliseconds)
        }
        guard Self.isText(words + onColour) else { return [] }
        let proofreading = Proofreading(recogniser: recogniser, letter: layers.letter)
        words = try proofreading.corrected(words, on: layers.values)
        if let labels = layers.labels {
            onColour = try proofreading.corrected(onColour, on: labels)
            for index in onColour.indices { onColour[index].isOnColour = true }
            words = WordMerge.merged(words, onColour)
        }
        let (width, height) = (layers.values.width, layers.values.height)
        return WordMerge.inReadingOrder(words).prefix(limits.words).map { word in
            PageWord(
                text: word.text, box: PageBox(word.box, width: width, height: height), confidence: word.confidence,
                isOnColour: word.isOnColour)
        }
    }

    /// A texture or a picture gives letters here and there, and none of them surely.
    private static func isText(_ words: [RecognisedWord]) -> Bool {
        let letters = words.reduce(0) { $0 + $1.text.unicodeScalars.count }
        let sureness = words.reduce(0) { $0 + Double($1.confidence) * Double($1.text.unicodeScalars.count) }
        return sureness >= leastSureness * Double(letters)
    }

    /// What stands in each box, looked at alone.
    func read(
        _ places: [(box: PageBox, alphabet: PageAlphabet)], _ layers: PageLayers
    ) throws(ReadingError) -> [PageWord] {
        var words: [PageWord] = []
        words.reserveCapacity(places.count)
        for (box, alphabet) in places {
            let frame = box.pixels(width: layers.values.width, height: layers.values.height)
                .grown(layers.letter / 4).intersection(layers.values.whole)
            let found =
                frame.width > 2 && frame.height > 2
                ? try line(layers.clipped(frame), alphabet, letter: layers.letter) : []
            let letters = found.reduce(0) { $0 + $1.text.unicodeScalars.count }
            let sum = found.reduce(Float(0)) { $0 + $1.confidence * Float($1.text.unicodeScalars.count) }
            words.append(
                PageWord(
                    text: found.map(\.text).joined(separator: " "), box: box,
                    confidence: letters > 0 ? sum / Float(letters) : 0))
        }
        return words
    }

    private func line(_ crop: Bitmap, _ alphabet: PageAlphabet, letter: Int) throws(ReadingError) -> [RecognisedWord] {
        // Of a few specks it would make a letter.
        guard try crop.darker(than: 128).inkCount >= letter else { return [] }
        // Letters that touch the edge are taken for a part of something larger.
        return try recogniser.words(crop.framed(10), .line, alphabet: alphabet, milliseconds: 2000)
    }
}

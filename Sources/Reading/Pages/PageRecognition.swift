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
        if let labels = layers.labels {
            var found = try recogniser.words(labels, .sparse, milliseconds: milliseconds)
            for index in found.indices { found[index].isOnColour = true }
            words = WordMerge.merged(words, found)
        }
        // A texture or a picture gives letters here and there, and none of them surely.
        let letters = words.reduce(0) { $0 + $1.text.unicodeScalars.count }
        let sureness = words.reduce(0) { $0 + Double($1.confidence) * Double($1.text.unicodeScalars.count) }
        guard sureness >= Self.leastSureness * Double(letters) else { return [] }
        let (width, height) = (layers.values.width, layers.values.height)
        return WordMerge.inReadingOrder(words).prefix(limits.words).map { word in
            PageWord(
                text: word.text, box: PageBox(word.box, width: width, height: height), confidence: word.confidence,
                isOnColour: word.isOnColour)
        }
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
        let framed = try Bitmap(pixAddBorder(crop.pix, 10, 255))
        return try recogniser.words(framed, .line, alphabet: alphabet, milliseconds: 2000)
    }
}

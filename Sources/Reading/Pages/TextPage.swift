import CLeptonica

/// A page with a text of its own, checked against what it shows.
struct TextPage {
    /// Enough to see rules and grounds.
    private static let dotsPerInch = 100.0

    let words: [PageWord]
    let rules: [PageRule]
    let quarterTurns: Int

    /// Nil when the text is missing, rubbish, or not what people see: then the picture is read.
    init?(_ page: PDFPage, limits: PageLimits) throws(ReadingError) {
        let layer = TextLayer(page, limit: limits.words)
        // Behind the picture of a page, a text is what some other reader made of it.
        guard layer.isPlausible, page.imageShare < 0.5 else { return nil }
        let shown = try page.rendered(dotsPerInch: Self.dotsPerInch).turned(quarters: layer.quarterTurns)
        let darkest = try shown.darkest()
        let (width, height) = (shown.width, shown.height)
        let (ink, dark) = (try darkest.darker(than: 215), try darkest.darker(than: 130))
        var (words, hidden) = (layer.words, 0)
        for index in words.indices {
            let frame = words[index].box.pixels(width: width, height: height).grown(1).intersection(darkest.whole)
            let inked = frame.area > 0 ? ink.inkCount(in: frame) : 0
            if inked == 0 { hidden += 1 }
            // Letters fill less than half of their frame; a ground fills most of it.
            words[index].isOnColour = frame.area > 0 && dark.inkCount(in: frame) * 100 > frame.area * 55
        }
        guard hidden * 20 <= words.count else { return nil }
        let heights = words.map { $0.box.bottom - $0.box.top }.sorted()
        let letter = Int(heights[heights.count / 2] * Double(height) * 0.7)
        rules = try RuledLines(
            darkest, letter: max(6, letter), outside: DarkGrounds(darkest, letter: max(6, letter)).mask
        )
        .pageRules(width: width, height: height)
        self.words = words
        quarterTurns = layer.quarterTurns
    }
}

extension RuledLines {
    func pageRules(width: Int, height: Int) -> [PageRule] {
        func rules(_ boxes: [PixelBox], _ isHorizontal: Bool) -> [PageRule] {
            boxes.map { PageRule(box: PageBox($0, width: width, height: height), isHorizontal: isHorizontal) }
        }
        return rules(horizontal, true) + rules(vertical, false)
    }
}

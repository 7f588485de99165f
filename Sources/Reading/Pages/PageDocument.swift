import Platform

/// What was read of a page, and how.
public struct ReadPage: Sendable {
    public var page: DocumentPage
    public var placement: PagePlacement
    /// To find its words, all told.
    public var milliseconds: Int

    public init(page: DocumentPage, placement: PagePlacement, milliseconds: Int) {
        (self.page, self.placement, self.milliseconds) = (page, placement, milliseconds)
    }
}

/// A document whose pages are read in this process. It belongs to one thread.
///
/// A hostile document can crash the libraries that read it: a service uses `PageWorkers`.
public final class PageDocument: PageRereading {
    private enum Source {
        case pdf(PDFFile)
        case image(ImageFile)
    }
    /// Prepared pages are large; the last few are kept for those who look again.
    private static let keptPages = 3

    public let kind: FileKind
    private let source: Source
    private let limits: PageLimits
    private let recogniser: () throws(ReadingError) -> Recogniser
    private var placements: [Int: PagePlacement] = [:]
    private var textPages: Set<Int> = []
    private var prepared: [(number: Int, page: PreparedPage)] = []

    public convenience init(_ bytes: [UInt8], limits: PageLimits = PageLimits()) throws(ReadingError) {
        let slot = RecogniserSlot()
        try self.init(bytes, limits: limits) { () throws(ReadingError) in try slot.recogniser() }
    }

    init(
        _ bytes: [UInt8], limits: PageLimits, recogniser: @escaping () throws(ReadingError) -> Recogniser
    ) throws(ReadingError) {
        guard bytes.count <= limits.fileBytes else { throw .documentTooLarge(limits.fileBytes) }
        kind = try FileKind.detect(DocumentBytes(bytes))
        switch kind {
        case .empty: throw .emptyDocument
        case .pdf: source = .pdf(try PDFFile(bytes, limits))
        case .png, .jpeg, .tiff: source = .image(try ImageFile(bytes, kind, limits))
        default: throw .notDocument(kind)
        }
        (self.limits, self.recogniser) = (limits, recogniser)
    }

    public var pageCount: Int {
        switch source {
        case .pdf(let file): file.pageCount
        case .image(let file): file.pageCount
        }
    }

    /// Reads a page, the first being 1.
    public func page(_ number: Int) throws(ReadingError) -> ReadPage {
        let start = Instant.now()
        let text = try textPage(number)
        let (page, placement) = if let text { text } else { try recognisedPage(number) }
        let milliseconds = Int((Instant.now() - start).nanoseconds / 1_000_000)
        return ReadPage(page: page, placement: placement, milliseconds: milliseconds)
    }

    /// Nil when the page has no text of its own that can be relied on.
    private func textPage(_ number: Int) throws(ReadingError) -> (DocumentPage, PagePlacement)? {
        guard case .pdf(let file) = source else { return nil }
        try check(number)
        let sent = try file.page(number - 1)
        guard let text = try TextPage(sent, limits: limits) else { return nil }
        let placement = PagePlacement(quarterTurns: text.quarterTurns, sentAspect: sent.width / sent.height)
        placements[number] = placement
        textPages.insert(number)
        let page = DocumentPage(
            number: number, aspect: placement.aspect, source: .text, words: text.words, rules: text.rules)
        return (page, placement)
    }

    private func recognisedPage(_ number: Int) throws(ReadingError) -> (DocumentPage, PagePlacement) {
        let prepared = try preparedPage(number)
        let (width, height) = (prepared.upright.width, prepared.upright.height)
        var page = DocumentPage(
            number: number, aspect: Double(width) / Double(height), source: .recognition, words: [], rules: [])
        if let layers = prepared.layers {
            page.rules = layers.lines.pageRules(width: width, height: height)
            page.words = try PageRecognition(recogniser: recogniser(), limits: limits).pageWords(layers)
        }
        return (page, prepared.placement)
    }

    public func read(_ places: [(box: PageBox, alphabet: PageAlphabet)], ofPage number: Int) throws -> [PageWord] {
        try words(places, ofPage: number)
    }

    func words(
        _ places: [(box: PageBox, alphabet: PageAlphabet)], ofPage number: Int
    ) throws(ReadingError) -> [PageWord] {
        try check(number)
        guard !places.isEmpty else { return [] }
        guard let layers = try preparedPage(number).layers else {
            return places.map { PageWord(text: "", box: $0.box, confidence: 0) }
        }
        return try PageRecognition(recogniser: recogniser(), limits: limits).read(places, layers)
    }

    private func check(_ number: Int) throws(ReadingError) {
        guard 1...pageCount ~= number else { throw .noSuchPage }
    }

    /// The page, or a part of it, set upright, as a PNG of at most `widest` pixels on its longer side.
    public func image(ofPage number: Int, part: PageBox? = nil, widest: Int = 1600) throws(ReadingError) -> [UInt8] {
        try check(number)
        if placements[number] == nil { _ = try textPage(number) }
        var image = try shown(number)
        if let part {
            let frame = part.pixels(width: image.width, height: image.height)
            guard frame.width > 0, frame.height > 0 else { throw .tooSmall }
            image = try image.clipped(frame)
        }
        let widest = min(4000, max(16, widest))
        let longest = max(image.width, image.height)
        if longest > widest { image = try image.scaled(Double(widest) / Double(longest)) }
        return try image.png()
    }

    private func shown(_ number: Int) throws(ReadingError) -> Bitmap {
        guard textPages.contains(number) else { return try preparedPage(number).upright }
        return try sentImage(number).turned(quarters: placements[number]?.quarterTurns ?? 0)
    }

    /// The page as a picture, made fit to be recognised.
    func preparedPage(_ number: Int) throws(ReadingError) -> PreparedPage {
        try check(number)
        if let kept = prepared.first(where: { $0.number == number }) { return kept.page }
        let page = try PagePreparation(recogniser: recogniser()).prepare(sentImage(number), known: placements[number])
        placements[number] = page.placement
        prepared = prepared.suffix(Self.keptPages - 1) + [(number, page)]
        return page
    }

    private func sentImage(_ number: Int) throws(ReadingError) -> Bitmap {
        switch source {
        case .pdf(let file):
            let page = try file.page(number - 1)
            // A large sheet is drawn coarser: it has the letters of a large sheet.
            let most = (Double(PagePreparation.mostPixels) / (page.width * page.height)).squareRoot() * 72
            return try page.rendered(dotsPerInch: min(Self.dotsPerInch, most))
        case .image(let file): return try file.page(number - 1)
        }
    }

    private static let dotsPerInch = 200.0
}

/// Makes a recogniser when one is first needed.
final class RecogniserSlot {
    private var made: Recogniser?

    func recogniser() throws(ReadingError) -> Recogniser {
        if let made { return made }
        let new = try Recogniser()
        made = new
        return new
    }
}

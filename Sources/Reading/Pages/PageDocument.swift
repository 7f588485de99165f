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
        try check(number)
        var (words, rules, placement): ([PageWord], [PageRule], PagePlacement)
        var (aspect, found): (Double, PageSource)
        if case .pdf(let file) = source, let text = try TextPage(file.page(number - 1), limits: limits) {
            let sent = try file.page(number - 1)
            placement = PagePlacement(quarterTurns: text.quarterTurns, sentAspect: sent.width / sent.height)
            aspect = text.quarterTurns % 2 == 0 ? placement.sentAspect : 1 / placement.sentAspect
            (words, rules, found) = (text.words, text.rules, .text)
            placements[number] = placement
        } else {
            let page = try preparedPage(number)
            placement = page.placement
            aspect = Double(page.upright.width) / Double(page.upright.height)
            (words, rules, found) = ([], [], .recognition)
            if let layers = page.layers {
                rules = layers.lines.pageRules(width: page.upright.width, height: page.upright.height)
                words = try PageRecognition(recogniser: recogniser(), limits: limits).pageWords(layers)
            }
        }
        return ReadPage(
            page: DocumentPage(number: number, aspect: aspect, source: found, words: words, rules: rules),
            placement: placement, milliseconds: Int((Instant.now() - start).nanoseconds / 1_000_000))
    }

    public func read(
        _ places: [(box: PageBox, alphabet: PageAlphabet)], ofPage number: Int
    ) throws -> [PageWord] {
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

    /// The page as a picture, made fit to be recognised.
    func preparedPage(_ number: Int) throws(ReadingError) -> PreparedPage {
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

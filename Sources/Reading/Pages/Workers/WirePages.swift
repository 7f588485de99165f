/// What a reading process is asked.
enum PageRequest {
    case open(PageLimits, [UInt8])
    case page(Int)
    case read([(box: PageBox, alphabet: PageAlphabet)], page: Int)
    case image(page: Int, part: PageBox?, widest: Int)

    func wire() -> [UInt8] {
        var wire = WireWriter()
        switch self {
        case .open(let limits, let bytes):
            wire.byte(1)
            for value in [
                limits.fileBytes, limits.pages, limits.pixels, limits.leastSide, limits.recognitionMilliseconds,
                limits.words,
            ] { wire.count(value) }
            wire.number(limits.pagePoints)
            wire.data(bytes)
        case .page(let number):
            wire.byte(2)
            wire.count(number)
        case .read(let places, let number):
            wire.byte(3)
            wire.count(number)
            wire.count(places.count)
            for place in places {
                wire.box(place.box)
                wire.byte(UInt8(PageAlphabet.allCases.firstIndex(of: place.alphabet) ?? 0))
            }
        case .image(let number, let part, let widest):
            wire.byte(4)
            wire.count(number)
            wire.count(widest)
            wire.flag(part != nil)
            if let part { wire.box(part) }
        }
        return wire.bytes
    }

    init(wire bytes: [UInt8]) throws(WireReader.Malformed) {
        var wire = WireReader(bytes)
        switch try wire.byte() {
        case 1:
            var limits = PageLimits()
            limits.fileBytes = Int(try wire.word())
            limits.pages = Int(try wire.word())
            limits.pixels = Int(try wire.word())
            limits.leastSide = Int(try wire.word())
            limits.recognitionMilliseconds = Int(try wire.word())
            limits.words = Int(try wire.word())
            limits.pagePoints = try wire.number()
            self = .open(limits, try wire.data())
        case 2: self = .page(Int(try wire.word()))
        case 3:
            let number = Int(try wire.word())
            var places: [(box: PageBox, alphabet: PageAlphabet)] = []
            for _ in 0..<(try wire.count(each: 33)) {
                let box = try wire.box()
                let index = Int(try wire.byte())
                guard index < PageAlphabet.allCases.count else { throw WireReader.Malformed() }
                places.append((box, PageAlphabet.allCases[index]))
            }
            self = .read(places, page: number)
        case 4:
            let (number, widest) = (Int(try wire.word()), Int(try wire.word()))
            self = .image(page: number, part: try wire.flag() ? try wire.box() : nil, widest: widest)
        default: throw WireReader.Malformed()
        }
        try wire.end()
    }
}

/// What it answers.
enum PageAnswer {
    case failed(ReadingError)
    case opened(FileKind, pages: Int)
    case page(ReadPage)
    case words([PageWord])
    case image([UInt8])

    func wire() -> [UInt8] {
        var wire = WireWriter()
        switch self {
        case .failed(let error):
            wire.byte(0)
            for text in [error.code, error.message, error.detail] { wire.text(text) }
        case .opened(let kind, let pages):
            wire.byte(1)
            wire.text(kind.rawValue)
            wire.count(pages)
        case .page(let read):
            wire.byte(2)
            wire.page(read)
        case .words(let words):
            wire.byte(3)
            wire.words(words)
        case .image(let bytes):
            wire.byte(4)
            wire.data(bytes)
        }
        return wire.bytes
    }

    init(wire bytes: [UInt8]) throws(WireReader.Malformed) {
        var wire = WireReader(bytes)
        switch try wire.byte() {
        case 0: self = .failed(ReadingError(try wire.text(), try wire.text(), detail: try wire.text()))
        case 1:
            guard let kind = FileKind(rawValue: try wire.text()) else { throw WireReader.Malformed() }
            self = .opened(kind, pages: Int(try wire.word()))
        case 2: self = .page(try wire.page())
        case 3: self = .words(try wire.words())
        case 4: self = .image(try wire.data())
        default: throw WireReader.Malformed()
        }
        try wire.end()
    }
}

extension WireWriter {
    mutating func box(_ box: PageBox) {
        for value in [box.left, box.top, box.right, box.bottom] { number(value) }
    }

    mutating func words(_ words: [PageWord]) {
        count(words.count)
        for word in words {
            text(word.text)
            box(word.box)
            number(Double(word.confidence))
            flag(word.isOnColour)
        }
    }

    mutating func page(_ read: ReadPage) {
        count(read.page.number)
        number(read.page.aspect)
        flag(read.page.source == .recognition)
        words(read.page.words)
        count(read.page.rules.count)
        for rule in read.page.rules {
            box(rule.box)
            flag(rule.isHorizontal)
        }
        count(read.placement.quarterTurns)
        number(read.placement.skew)
        number(read.placement.sentAspect)
        count(read.milliseconds)
    }
}

extension WireReader {
    /// A little of it may lie beyond the page's edges; no more.
    mutating func box() throws(Malformed) -> PageBox {
        let range = -10.0...10.0
        return PageBox(
            left: try number(in: range), top: try number(in: range), right: try number(in: range),
            bottom: try number(in: range))
    }

    mutating func words() throws(Malformed) -> [PageWord] {
        var words: [PageWord] = []
        for _ in 0..<(try count(each: 45)) {
            words.append(
                PageWord(
                    text: try text(), box: try box(), confidence: Float(try number(in: 0...1)),
                    isOnColour: try flag()))
        }
        return words
    }

    mutating func page() throws(Malformed) -> ReadPage {
        let number = Int(try word())
        let aspect = try self.number(in: 1e-5...1e5)
        let source: PageSource = try flag() ? .recognition : .text
        let words = try words()
        var rules: [PageRule] = []
        for _ in 0..<(try count(each: 33)) { rules.append(PageRule(box: try box(), isHorizontal: try flag())) }
        let placement = PagePlacement(
            quarterTurns: Int(try word()) & 3, skew: try self.number(in: -45...45),
            sentAspect: try self.number(in: 1e-5...1e5))
        return ReadPage(
            page: DocumentPage(number: number, aspect: aspect, source: source, words: words, rules: rules),
            placement: placement, milliseconds: Int(try word()))
    }
}

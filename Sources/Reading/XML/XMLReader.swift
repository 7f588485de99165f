import Glibc

/// Reads the XML of office files piece by piece, in bounded memory: elements, attributes and text, and nothing else.
///
/// Document types are refused, so no entity can be declared and none can grow. Prefixes are passed over: an element is
/// known by its local name. What a token shows is valid until the next one is asked for.
struct XMLReader: ~Copyable {
    enum Token { case open, close, text, end }

    struct Attribute {
        let name: Range<Int>
        let value: Range<Int>
    }

    private static let deepest = 64
    /// A tag is looked at again from its start when more of it comes.
    private static let longestTag = 64 << 10
    static let mostAttributes = 64

    private var window: ByteWindow
    private let longestToken: Int
    private var openElements = XMLElementStack()
    private var hasRoot = false
    private var isFirst = true
    private var closesItself = false

    /// The local name of the element that was opened or closed.
    private(set) var name: Range<Int> = 0..<0
    private let attributes: UnsafeMutablePointer<Attribute>
    private var attributeCount = 0
    private var text: Range<Int> = 0..<0
    private var isLiteral = false

    init(_ stream: any ByteStream, longestToken: Int) {
        window = ByteWindow(stream, sentinel: 0)
        self.longestToken = longestToken
        attributes = .allocate(capacity: Self.mostAttributes)
    }

    deinit { attributes.deallocate() }

    var depth: Int { openElements.count }
    var base: UnsafePointer<UInt8> { UnsafePointer(window.base) }

    mutating func next() throws(ReadingError) -> Token {
        if closesItself {
            closesItself = false
            openElements.pop()
            return .close
        }
        if isFirst { try begin() }
        while true {
            if window.count == 0, try !window.more() {
                guard depth == 0, hasRoot else { throw .badWorkbook("the XML ends too early") }
                return .end
            }
            if window.base[window.start] == UInt8(ascii: "<") {
                if let token = try markup() { return token }
            } else if try plainText() {
                return .text
            }
        }
    }

    /// Steps over the rest of the element that was opened last, its end included.
    mutating func skipElement() throws(ReadingError) {
        let outer = depth - 1
        while depth > outer { _ = try next() }
    }

    /// Steps over what is inside the element that was opened last, up to the end tag of an element of that name, looking
    /// at nothing but where tags begin: for who comes back to read it.
    mutating func passOver(_ element: StaticString) throws(ReadingError) {
        guard !closesItself else { return }
        while true {
            while window.count < 2 { try need("element") }
            let inside = window.base + window.start
            guard let found = memchr(inside, Int32(UInt8(ascii: "<")), window.count - 1) else {
                window.start = window.end - 1
                if window.base[window.start] != UInt8(ascii: "<") { window.start += 1 }
                continue
            }
            window.start += found - UnsafeMutableRawPointer(inside)
            switch window.base[window.start + 1] {
            case UInt8(ascii: "/"):
                let end = try find(">", from: 2, "tag")
                if equals(XMLText.localName(base, window.start + 2..<end), element) { return }
                window.start = end + 1
            case UInt8(ascii: "!"): _ = try declaration()
            case UInt8(ascii: "?"): try instruction()
            default: window.start += 2
            }
        }
    }

    func isNamed(_ expected: StaticString) -> Bool { equals(name, expected) }

    func equals(_ range: Range<Int>, _ expected: StaticString) -> Bool {
        range.count == expected.utf8CodeUnitCount
            && memcmp(base + range.lowerBound, expected.utf8Start, range.count) == 0
    }

    /// Appends the text of the current token.
    func appendText(to bytes: inout [UInt8]) throws(ReadingError) {
        try XMLText.append(base, text, isLiteral: isLiteral, to: &bytes)
    }

    /// A mark is stepped over; one of UTF-16, or none at all in it, is refused.
    private mutating func begin() throws(ReadingError) {
        isFirst = false
        while window.count < 4, try window.more() {}
        let first = UnsafeBufferPointer(start: base + window.start, count: window.count)
        if first.starts(with: [0xef, 0xbb, 0xbf]) { window.start += 3 }
        if first.prefix(4).contains(0) { throw .badWorkbook("XML that is not UTF-8") }
    }

    /// Brings in the rest of a token that is not complete.
    private mutating func need(_ what: StaticString) throws(ReadingError) {
        guard window.count <= longestToken else { throw .badWorkbook("too long: \(what)") }
        guard try window.more() else { throw .badWorkbook("unfinished: \(what)") }
    }

    /// Text up to the next tag; false when it is only space outside of the root.
    private mutating func plainText() throws(ReadingError) -> Bool {
        var looked = 0
        while true {
            let from = window.base + window.start + looked
            if let found = memchr(from, Int32(UInt8(ascii: "<")), window.count - looked) {
                let end = found - UnsafeMutableRawPointer(window.base)
                text = window.start..<end
                break
            }
            looked = window.count
            guard window.count <= longestToken else { throw .badWorkbook("too long: text") }
            if try !window.more() {
                text = window.start..<window.end
                break
            }
        }
        window.start = text.upperBound
        isLiteral = false
        if depth > 0 { return true }
        for k in text where !XMLText.isSpace(base[k]) { throw .badWorkbook("text outside of the root element") }
        return false
    }

    /// Nil for what is no token: comments, instructions.
    private mutating func markup() throws(ReadingError) -> Token? {
        while window.count < 2 { try need("tag") }
        switch window.base[window.start + 1] {
        case UInt8(ascii: "/"): return try closeTag()
        case UInt8(ascii: "?"):
            try instruction()
            return nil
        case UInt8(ascii: "!"): return try declaration()
        default: return try openTag()
        }
    }

    /// Where the bytes `mark` stand next, at or after `offset` from the token's start.
    private mutating func find(_ mark: StaticString, from offset: Int, _ what: StaticString) throws(ReadingError) -> Int
    {
        var offset = offset
        let count = mark.utf8CodeUnitCount
        while true {
            while offset + count <= window.count {
                let from = window.base + window.start + offset
                guard let first = memchr(from, Int32(mark.utf8Start[0]), window.count - offset - count + 1) else {
                    offset = window.count - count + 1
                    break
                }
                offset += first - UnsafeMutableRawPointer(from)
                if memcmp(first, mark.utf8Start, count) == 0 { return window.start + offset }
                offset += 1
            }
            try need(what)
        }
    }

    private mutating func instruction() throws(ReadingError) {
        let end = try find("?>", from: 2, "instruction")
        try XMLText.checkEncoding(base, window.start + 2..<end)
        window.start = end + 2
    }

    private mutating func declaration() throws(ReadingError) -> Token? {
        while window.count < 9, try window.more() {}
        let head = UnsafeBufferPointer(start: base + window.start, count: window.count)
        if head.starts(with: "<!--".utf8) {
            window.start = try find("-->", from: 4, "comment") + 3
            return nil
        }
        guard head.starts(with: "<![CDATA[".utf8), depth > 0 else { throw .badWorkbook("a document type") }
        let end = try find("]]>", from: 9, "text")
        text = window.start + 9..<end
        isLiteral = true
        window.start = end + 3
        return .text
    }

    private mutating func closeTag() throws(ReadingError) -> Token {
        let end = try find(">", from: 2, "tag")
        var nameEnd = end
        while XMLText.isSpace(base[nameEnd - 1]) { nameEnd -= 1 }
        let qualified = window.start + 2..<max(nameEnd, window.start + 2)
        guard openElements.isLast(base, qualified) else { throw .badWorkbook("an end tag without its beginning") }
        name = XMLText.localName(base, qualified)
        window.start = end + 1
        openElements.pop()
        return .close
    }

    private mutating func openTag() throws(ReadingError) -> Token {
        guard depth < Self.deepest else { throw .badWorkbook("too many nested elements") }
        guard depth > 0 || !hasRoot else { throw .badWorkbook("a second root element") }
        while true {
            var scan = XMLTagScan(base, window.start + 1, window.end, attributes)
            switch scan.run() {
            case .complete(let qualified, let isEmpty):
                name = XMLText.localName(base, qualified)
                attributeCount = scan.count
                openElements.push(base, qualified)
                hasRoot = true
                closesItself = isEmpty
                window.start = scan.position
                return .open
            case .incomplete:
                guard window.count <= Self.longestTag else { throw .badWorkbook("too long: tag") }
                try need("tag")
            case .malformed: throw .badWorkbook("a malformed tag")
            }
        }
    }
}

extension XMLReader {
    /// Where the value of an attribute lies, by its local name.
    func value(_ attribute: StaticString) -> Range<Int>? {
        for k in 0..<attributeCount where equals(XMLText.localName(base, attributes[k].name), attribute) {
            return attributes[k].value
        }
        return nil
    }

    func string(_ attribute: StaticString) throws(ReadingError) -> String? {
        guard let range = value(attribute) else { return nil }
        var bytes: [UInt8] = []
        try XMLText.append(base, range, isLiteral: false, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A number without sign, of at most nine digits.
    func number(_ attribute: StaticString) -> Int? { value(attribute).flatMap { XMLText.number(base, $0) } }
}

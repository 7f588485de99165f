import Testing

@testable import Reading

@Suite struct XMLReaderTests {
    /// The tokens as one line: `<name`, `>name`, `"text`.
    private func tokens(_ text: String, step: Int = .max) -> String {
        let bytes = Array(text.utf8)
        let stream = DocumentStream(DocumentBytes(bytes, pieceBytes: step), 0..<bytes.count)
        var xml = XMLReader(stream, longestToken: 1 << 16)
        var parts: [String] = []
        func name() -> String {
            String(
                decoding: UnsafeBufferPointer(start: xml.base + xml.name.lowerBound, count: xml.name.count),
                as: UTF8.self)
        }
        do throws(ReadingError) {
            while true {
                switch try xml.next() {
                case .open:
                    parts.append("<" + name())
                    if let value = try xml.string("v") { parts.append("@" + value) }
                case .close: parts.append(">" + name())
                case .text:
                    var bytes: [UInt8] = []
                    try xml.appendText(to: &bytes)
                    parts.append("\"" + String(decoding: bytes, as: UTF8.self))
                case .end: return parts.joined(separator: " ")
                }
            }
        } catch { return "! " + error.detail }
    }

    @Test(arguments: [
        ("<a/>", "<a >a"), ("<a></a >", "<a >a"), ("<p:a><b v='1>2'/></p:a>", "<a <b @1>2 >b >a"),
        ("<?xml version='1.0'?>\n<!-- <x> --><a>t&lt;&#65;&#x1F600;<![CDATA[<&>]]></a>\n", "<a \"t<A😀 \"<&> >a"),
        ("\u{feff}<a\n x = \"1\"\tv=\"&quot;&apos;\"/>", "<a @\"' >a"), ("<a>é</a>", "<a \"é >a"),
    ])
    func wellFormed(_ text: String, _ expected: String) {
        #expect(tokens(text) == expected)
        for step in 1...4 {
            // CDATA and text may come in as many pieces as they are written in, and only so.
            #expect(tokens(text, step: step) == expected)
        }
    }

    @Test(arguments: [
        "", "x", "<a>", "<a", "<a></b>", "</a>", "<a/><b/>", "<a/>x", "<a><b></a></b>", "<!DOCTYPE a><a/>", "<a b/>",
        "<a b=c/>", "<a b='1'c='2'/>", "<a b='1' b='2'/>", "<a b='<'/>", "< a/>", "<a>&b;</a>", "<a>&#0;</a>",
        "<a>&#xD800;</a>", "<a>&amp</a>", "<a>&#99999999999;</a>", "<a", "<!-- ", "<a><![CDATA[x]]</a>",
        "<![CDATA[x]]><a/>",
        "<?xml encoding='latin1'?><a/>", "<\0a\0/\0>\0", "</>", "<>", "<a/ >", "<a><!ELEMENT b></a>",
    ])
    func malformed(_ text: String) {
        #expect(tokens(text).hasPrefix("! "))
        for step in 1...4 { #expect(tokens(text, step: step).hasPrefix("! ")) }
    }

    @Test func attributesAndLongTokens() {
        func tag(attributes count: Int) -> String { "<a" + (0..<count).map { " a\($0)=''" }.joined() + "/>" }
        #expect(tokens(tag(attributes: 64)) == "<a >a")
        #expect(tokens(tag(attributes: 65)).hasPrefix("! "))
        let long = String(repeating: "x", count: 1 << 20)
        #expect(tokens("<a>\(long)</a>", step: 1 << 12) == "! too long: text")
        #expect(tokens("<a v='\(long)'/>", step: 1 << 12) == "! too long: tag")
        let room = (64 << 10) - "<a v=''/>".utf8.count
        func tag(value count: Int) -> String { "<a v='\(String(repeating: "x", count: count))'/>" }
        #expect(!tokens(tag(value: room), step: 1 << 10).hasPrefix("! "))
        #expect(tokens("<!--\(long)--><a/>", step: 1 << 12) == "! too long: comment")
    }

    @Test func invalidUTF8() {
        let bytes = Array("<a>".utf8) + [0xc3] + Array("</a>".utf8)
        var xml = XMLReader(DocumentStream(DocumentBytes(bytes), 0..<bytes.count), longestToken: 100)
        #expect(throws: ReadingError.self) {
            var text: [UInt8] = []
            while try xml.next() != .end { try xml.appendText(to: &text) }
        }
    }
}

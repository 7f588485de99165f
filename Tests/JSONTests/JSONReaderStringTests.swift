import JSON
import Testing

@Suite struct JSONReaderStringTests {
    struct Case: CustomTestStringConvertible {
        let written: String, read: String
        var testDescription: String { written }
    }

    @Test(arguments: [
        Case(written: #""""#, read: ""),
        Case(written: #""a\"b\\c\/d""#, read: "a\"b\\c/d"),
        Case(written: #""\b\f\n\r\t""#, read: "\u{8}\u{c}\n\r\t"),
        Case(written: #""\u0041\u00e9\u20AC\uD83D\ude00\u0000""#, read: "Aé€😀\0"),
        Case(written: #""déclaration numéro 😀 à l’entrée""#, read: "déclaration numéro 😀 à l’entrée"),
        Case(written: #""seize caractères\n""#, read: "seize caractères\n"),
    ])
    func reads(_ string: Case) throws {
        #expect(try String(parsing: Array(string.written.utf8)) == string.read)
        #expect(try JSONValue(parsing: Array(string.written.utf8)) == .string(string.read))
    }

    struct Refused: CustomTestStringConvertible {
        let name: String, bytes: [UInt8], reason: JSONError.Reason, offset: Int
        init(_ name: String, _ content: [UInt8], _ reason: JSONError.Reason, at offset: Int) {
            (self.name, self.reason, self.offset) = (name, reason, offset)
            bytes = [0x22] + content + Array("\" filling so that words are whole".utf8.prefix(1))
        }
        var testDescription: String { name }
    }

    @Test(arguments: [
        Refused("control character", Array("abc\u{1f}d".utf8), .controlCharacter, at: 4),
        Refused("line feed after a long run", Array("0123456789abcdef\n".utf8), .controlCharacter, at: 17),
        Refused("unknown escape", Array(#"a\x"#.utf8), .invalidEscape, at: 2),
        Refused("capital U", Array(#"\U0041"#.utf8), .invalidEscape, at: 1),
        Refused("three hexadecimal digits", Array(#"\u12g4"#.utf8), .invalidEscape, at: 1),
        Refused("high surrogate alone", Array(#"\ud800"#.utf8), .loneSurrogate, at: 1),
        Refused("high surrogate and a letter", Array(#"\ud800abcdef"#.utf8), .loneSurrogate, at: 1),
        Refused("two high surrogates", Array(#"\ud800\ud800"#.utf8), .loneSurrogate, at: 1),
        Refused("low surrogate first", Array(#"\udc00\ud800"#.utf8), .loneSurrogate, at: 1),
        Refused("stray continuation", [0x61, 0x80], .invalidUTF8, at: 2),
        Refused("overlong slash in two", [0xc0, 0xaf], .invalidUTF8, at: 1),
        Refused("overlong slash in three", [0xe0, 0x80, 0xaf], .invalidUTF8, at: 1),
        Refused("overlong in four", [0xf0, 0x8f, 0xbf, 0xbf], .invalidUTF8, at: 1),
        Refused("surrogate in UTF-8", [0xed, 0xa0, 0x80], .invalidUTF8, at: 1),
        Refused("beyond U+10FFFF", [0xf4, 0x90, 0x80, 0x80], .invalidUTF8, at: 1),
        Refused("lead without room", [0xf0, 0x9f], .invalidUTF8, at: 1),
        Refused("lead and a letter", [0xe2, 0x82, 0x41], .invalidUTF8, at: 1),
        Refused("never a lead", [0xff], .invalidUTF8, at: 1),
    ])
    func refuses(_ string: Refused) {
        let error = refusal(of: string.bytes)
        #expect(error?.reason == string.reason)
        #expect(error?.offset == string.offset)
        // A name is a text too.
        #expect(refusal(of: Array("{".utf8) + string.bytes + Array(":0}".utf8))?.reason == string.reason)
    }

    @Test func everyScalarPassesWrittenAndEscaped() throws {
        for value in stride(from: UInt32(0x20), through: 0x10ffff, by: 97) {
            guard let scalar = Unicode.Scalar(value), scalar != "\"", scalar != "\\" else { continue }
            let text = String(Character(scalar))
            let escaped = text.utf16.map { unit in
                "\\u" + String(repeating: "0", count: 4 - String(unit, radix: 16).count) + String(unit, radix: 16)
            }
            #expect(try String(parsing: Array("\"\(text)\"".utf8)) == text)
            #expect(try String(parsing: Array("\"\(escaped.joined())\"".utf8)) == text)
        }
    }
}

import Platform
import Testing

@testable import HTTP

/// A part as it came out, its data joined.
struct ReadPart: Equatable {
    var part: MultipartPart
    var data: [UInt8] = []
    var isEnded = false
    init(_ part: MultipartPart, _ text: String = "", isEnded: Bool = false) {
        (self.part, data, self.isEnded) = (part, Array(text.utf8), isEnded)
    }
}

struct MultipartDecoderTests {
    static func decode(
        _ body: [UInt8], boundary: String = "b", cuts: [Int]? = nil, limits: MultipartLimits = MultipartLimits()
    ) -> Result<[ReadPart], ParseError> {
        let cuts = cuts ?? [0, body.count]
        var parts: [ReadPart] = []
        var ends = 0
        do throws(ParseError) {
            var decoder = try MultipartDecoder(
                MediaType("multipart", "form-data", ["boundary": boundary]), limits: limits)
            for (start, stop) in zip(cuts, cuts.dropFirst()) {
                let piece = Array(body[start..<stop])
                let result = piece.withUnsafeBytes { raw in
                    Result { () throws(ParseError) in
                        try decoder.decode(raw) { event in
                            switch event {
                            case .partBegin(let part): parts.append(ReadPart(part))
                            case .partData(let data):
                                #expect(!data.isEmpty)
                                parts[parts.count - 1].data += Array(data)
                            case .partEnd: parts[parts.count - 1].isEnded = true
                            case .end: ends += 1
                            }
                        }
                    }
                }
                try result.get()
            }
            try decoder.finish()
            #expect(ends == 1)
            return .success(parts)
        } catch { return .failure(error) }
    }
    static func decode(_ text: String, limits: MultipartLimits = MultipartLimits()) -> Result<[ReadPart], ParseError> {
        decode(Array(text.utf8), limits: limits)
    }
    static func part(_ disposition: String, _ more: String = "") -> Result<[ReadPart], ParseError> {
        decode("--b\r\nContent-Disposition: \(disposition)\r\n\(more)\r\nx\r\n--b--\r\n")
    }

    static let form = """
        ignored\r\n--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nun\r\n--b\r\n\
        content-type: text/csv; charset=utf-8\r\nCONTENT-DISPOSITION: form-data; filename="é.csv"; name=file\r\n\r\n\
        1;2\r\n\r\n--\r\n--c\r\r\n-\r\n--b\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--b\r\n\
        Content-Disposition: form-data; name=\"bare\"\r\n\r\n--b--\r\nignored --b
        """
    static let formParts = [
        ReadPart(MultipartPart(name: "a"), "un", isEnded: true),
        ReadPart(
            MultipartPart(
                name: "file", fileName: "é.csv", contentType: MediaType("text", "csv", ["charset": "utf-8"])),
            "1;2\r\n\r\n--\r\n--c\r\r\n-", isEnded: true),
        ReadPart(MultipartPart(name: "empty"), isEnded: true),
        ReadPart(MultipartPart(name: "bare"), isEnded: true),
    ]

    @Test func readsAForm() {
        #expect(Self.decode(Self.form) == .success(Self.formParts))
        #expect(Self.decode("--b--") == .success([]))
    }

    @Test func everyCutGivesTheSame() {
        let body = Array(Self.form.utf8)
        for place in 0...body.count {
            #expect(Self.decode(body, cuts: [0, place, body.count]) == .success(Self.formParts))
        }
        #expect(Self.decode(body, cuts: Array(0...body.count)) == .success(Self.formParts))
    }

    @Test func cutsDoNotMatterForHostileBodies() {
        var generator = Random(seed: 3)
        let pieces = [
            "\r", "\n", "\r\n", "-", "--", "--b", "\r\n--b", "\r\n--b\r\n", "b", "x", "\r\n--b--", ": ", "\0",
        ]
        for round in 0..<3000 {
            var text = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n"
            for _ in 0..<Int.random(in: 0...12, using: &generator) {
                text += pieces.randomElement(using: &generator) ?? ""
            }
            if round % 2 == 0 { text += "\r\n--b--" }
            let body = Array(text.utf8)
            let whole = Self.decode(body)
            #expect(Self.decode(body, cuts: generator.cuts(body.count)) == whole)
            #expect(Self.decode(body, cuts: Array(0...body.count)) == whole)
        }
    }

    @Test func givesBackBinaryDataWhole() throws {
        var generator = Random(seed: 4)
        let alphabet = Array("\r\r\n--bounds\0".utf8)
        for _ in 0..<300 {
            let data = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            let head = Array("--bounds.1\r\nContent-Disposition: form-data; name=a\r\n\r\n".utf8)
            // The dot and the 1 are not in the data, so the delimiter is not either.
            let body = head + data + Array("\r\n--bounds.1--\r\n".utf8)
            let parts = try Self.decode(body, boundary: "bounds.1", cuts: generator.cuts(body.count)).get()
            #expect(parts.map(\.data) == [data])
        }
    }

    static let refusals = [
        TextRefusal("nothing", "", .unfinishedMultipart),
        TextRefusal("no boundary", "hello", .unfinishedMultipart),
        TextRefusal("boundary not at a line's start", "x--b--", .unfinishedMultipart),
        TextRefusal(
            "no final boundary", "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx", .unfinishedMultipart),
        TextRefusal(
            "no final hyphens", "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--b\r\n",
            .unfinishedMultipart),
        TextRefusal("one final hyphen", "--b-\r\n", .malformedMultipart),
        TextRefusal("longer boundary", "--bc\r\n", .malformedMultipart),
        TextRefusal("padding", "--b \r\n", .malformedMultipart),
        TextRefusal(
            "bare LF after boundary", "--b\nContent-Disposition: form-data; name=a\r\n\r\n", .malformedMultipart),
        TextRefusal("no disposition", "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--", .malformedMultipart),
        TextRefusal("no head", "--b\r\n\r\nx\r\n--b--", .malformedMultipart),
        TextRefusal("bare LF in head", "--b\r\nContent-Disposition: form-data; name=a\n\r\n\r\n", .malformedMultipart),
        TextRefusal(
            "fold", "--b\r\nContent-Disposition: form-data;\r\n name=a\r\n\r\nx\r\n--b--", .malformedMultipart),
        TextRefusal(
            "space before colon", "--b\r\nContent-Disposition : form-data; name=a\r\n\r\n", .malformedMultipart),
        TextRefusal("NUL in head", "--b\r\nContent-Disposition: form-data; name=\"a\0\"\r\n\r\n", .malformedMultipart),
        TextRefusal(
            "two dispositions",
            "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=a\r\n\r\n",
            .malformedMultipart),
        TextRefusal(
            "two content types",
            "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Type: a/b\r\nContent-Type: a/b\r\n\r\n",
            .malformedMultipart),
        TextRefusal(
            "nested",
            "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n",
            .nestedMultipart),
        TextRefusal(
            "base64",
            "--b\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\n", .encodedPart),
    ]

    @Test(arguments: refusals)
    func refuses(_ refusal: TextRefusal) { #expect(Self.decode(refusal.text) == .failure(refusal.error)) }

    @Test(
        arguments: [
            (#"form-data; name="a\"b\\c""#, #"a"b\c"#, nil),
            (#"form-data; name=a; filename="C:\dir\f.csv""#, "a", #"C:\dir\f.csv"#),
            ("form-data; name=a; filename*=UTF-8''%C3%A9t%C3%A9.pdf", "a", "été.pdf"),
            ("form-data; name=a; filename=x; filename*=utf-8'fr'y%20z", "a", "y z"), ("Form-Data ; NAME = a", nil, nil),
            ("FORM-DATA;Name=a;", "a", nil), (#"form-data; name="""#, "", nil), ("form-data; name=a; size=3", "a", nil),
            (#"form-data; name=a; filename="../../x""#, "a", "../../x"), ("attachment; name=a", nil, nil),
            ("form-data; filename=a", nil, nil), ("form-data; name=a; name=b", nil, nil),
            ("form-data; name=a b", nil, nil),
            (#"form-data; name="a"#, nil, nil), ("form-data; name=a; filename*=ISO-8859-1''%E9", nil, nil),
            ("form-data; name=a; filename*=UTF-8''%00", nil, nil),
            ("form-data; name=a; filename*=UTF-8''%0D%0A", nil, nil),
            ("form-data; name=a; filename*=UTF-8''%E9", nil, nil), ("form-data; name=a; filename*=x", nil, nil),
            ("form-data; name=\"a\tb\"", nil, nil),
        ] as [(String, String?, String?)])
    func readsDispositions(_ disposition: String, _ name: String?, _ fileName: String?) {
        let part = (try? Self.part(disposition).get())?.first?.part
        #expect(part?.name == name)
        #expect(part?.fileName == fileName)
    }

    @Test func refusesTextThatIsNotUTF8() {
        let head = Array("--b\r\nContent-Disposition: form-data; name=a; filename=\"".utf8)
        #expect(Self.decode(head + [0xe9] + Array("\"\r\n\r\nx\r\n--b--".utf8)) == .failure(.malformedText))
    }

    @Test func enforcesLimitsExactly() throws {
        var limits = MultipartLimits()
        limits.parts = 2
        let part = "\r\n--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx"
        #expect(try Self.decode("\(part)\(part)\r\n--b--", limits: limits).get().count == 2)
        #expect(Self.decode("\(part)\(part)\(part)\r\n--b--", limits: limits) == .failure(.tooManyParts))

        limits.headBytes = "Content-Disposition: form-data; name=a\r\n\r\n".utf8.count
        #expect(try Self.decode("\(part)\r\n--b--", limits: limits).get().count == 1)
        limits.headBytes -= 1
        #expect(Self.decode("\(part)\r\n--b--", limits: limits) == .failure(.partHeadTooLarge))

        let (name, fileName) = (String(repeating: "n", count: 128), String(repeating: "f", count: 255))
        #expect(try Self.part("form-data; name=\(name); filename=\(fileName)").get().count == 1)
        #expect(Self.part("form-data; name=\(name)n") == .failure(.partNameTooLong))
        #expect(Self.part("form-data; name=a; filename=\(fileName)f") == .failure(.fileNameTooLong))
    }

    @Test(arguments: [
        ("multipart/form-data; boundary=b", true), ("multipart/form-data; boundary=\"a b'()+_,-./:=?\"", true),
        ("multipart/form-data; boundary=\(String(repeating: "b", count: 70))", true),
        ("multipart/form-data; boundary=\(String(repeating: "b", count: 71))", false),
        ("multipart/form-data", false), ("multipart/form-data; boundary=\"\"", false),
        ("multipart/form-data; boundary=\"a \"", false), ("multipart/form-data; boundary=a*b", false),
        ("multipart/mixed; boundary=b", false), ("multipart/form-data; boundary=\"a\tb\"", false),
    ])
    func checksBoundaries(_ type: String, _ isGood: Bool) throws {
        let type = try MediaType(bytes(type))
        if isGood {
            _ = try MultipartDecoder(type)
        } else {
            #expect(throws: ParseError.malformedBoundary) { try MultipartDecoder(type) }
        }
    }
}

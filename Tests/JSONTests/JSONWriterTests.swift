import JSON
import Testing

@Suite struct JSONWriterTests {
    static func text(_ write: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        write(&writer)
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    @Test func theCommasAreItsBusiness() {
        let text = Self.text { writer in
            writer.object { writer in
                writer.member("vide", [Int]())
                writer.key("objet")
                writer.object { _ in }
                writer.member("liste", [1, 2, 3])
                writer.key("mixte")
                writer.array { writer in
                    writer.null()
                    writer.array { $0.bool(true) }
                    writer.object { $0.member("x", false) }
                    writer.raw("[1.0]".utf8)
                    writer.string("fin")
                }
            }
        }
        #expect(text == #"{"vide":[],"objet":{},"liste":[1,2,3],"mixte":[null,[true],{"x":false},[1.0],"fin"]}"#)
    }

    @Test func anAbsentMemberIsAbsentAndANilOneIsNull() {
        let (some, none): (Int?, Int?) = (1, nil)
        let text = Self.text { writer in
            writer.object { writer in
                writer.member("a", ifPresent: none)
                writer.member("b", ifPresent: some)
                writer.member("c", none)
                writer.member("d", some)
            }
        }
        #expect(text == #"{"b":1,"c":null,"d":1}"#)
    }

    @Test func escapesWhatMustBeAndNothingElse() {
        let text = Self.text { $0.string("\"\\/\u{8}\u{9}\u{a}\u{c}\u{d}\u{0}\u{1f}\u{7f}</é\u{2028}😀") }
        #expect(text == #""\"\\/\b\t\n\f\r\u0000\u001f\#u{7f}</é\#u{2028}😀""#)
    }

    @Test(arguments: [0, 1, 7, 8, 9, 1023, 1024, 1025, 2049, 5000])
    func aTextOfAnyLengthReadsBack(length: Int) throws {
        for unit in ["a", "\"", "\u{1}", "é", "0123456\n"] {
            let value = String(repeating: unit, count: length)
            let text = Self.text { $0.string(value) }
            #expect(try String(parsing: Array(text.utf8)) == value)
            let tree = JSONValue.object([.init(value, 0)])
            #expect(try JSONValue(parsing: tree.jsonBytes()) == tree)
        }
    }

    @Test func integersOfAnyWidth() {
        var values: [Int] = [0, .min, .max]
        var power = 1
        for _ in 0..<18 {
            power *= 10
            values += [power, power - 1, -power]
        }
        for value in values { #expect(Self.text { $0.int(value) } == String(value)) }
        for value in [0, 9, 10, UInt64.max, 10_000_000_000_000_000_000, 9_999_999_999_999_999_999] {
            #expect(Self.text { $0.int(value) } == String(value))
        }
    }

    @Test func aDoubleIsTheShortestTextThatReadsBack() {
        let values: [Double] = [
            0, -0.0, 1, -1, 0.1, 0.5, 12.34, -12.3456, 0.0001, 0.00011, 0.00005, 99_999_999_999.9999, 1e11, 1e15,
            123_456_789.125, 1e16, 1e21, 1e22, .leastNonzeroMagnitude, 1.7976931348623157e308, 2.2250738585072014e-308,
            1 / 3.0,
        ]
        for value in values { #expect(Self.text { $0.double(value) } == value.description) }
        #expect(
            Self.text { $0.array { for value in [Double.nan, .infinity, -.infinity] { $0.double(value) } } }
                == "[null,null,null]")
    }

    @Test func writesAfterWhatIsThere() {
        var bytes = Array("data: ".utf8)
        bytes.reserveCapacity(1000)
        [1, 2].writeJSON(to: &bytes)
        bytes.append(contentsOf: "\n".utf8)
        "fin".writeJSON(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "data: [1,2]\n\"fin\"")
    }

    @Test func aFailureInsideIsPassedOn() {
        struct Stop: Error {}
        var writer = JSONWriter(capacity: 10)
        #expect(throws: Stop.self) {
            try writer.array { writer throws(Stop) in
                writer.int(1)
                throw Stop()
            }
        }
        #expect(writer.finish() == Array("[1".utf8))
    }

    @Test func nothingWrittenIsNothing() {
        #expect(JSONWriter().finish().isEmpty)
        #expect(Self.text { $0.raw("".utf8) } == "")
    }
}

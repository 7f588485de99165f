import JSON
import Testing

@Suite struct JSONValueTests {
    @Test func membersKeepTheirOrder() throws {
        let text = #"{"z":1,"a":[true,null,"x"],"m":{"é":-2.5}}"#
        let value = try JSONValue(parsing: Array(text.utf8))
        #expect(value == ["z": 1, "a": [true, nil, "x"], "m": ["é": -2.5]])
        #expect(value != ["a": [true, nil, "x"], "z": 1, "m": ["é": -2.5]])
        #expect(String(decoding: value.jsonBytes(), as: UTF8.self) == text)
    }

    struct Number: CustomTestStringConvertible {
        let text: String, value: JSONValue
        init(_ text: String, _ value: JSONValue) { (self.text, self.value) = (text, value) }
        var testDescription: String { text }
    }

    @Test(arguments: [
        Number("1", .int(1)), Number("-9223372036854775808", .int(.min)), Number("1.0", .double(1)),
        Number("9223372036854775808", .number("9223372036854775808")),
        Number("-123456789012345678901234567890", .number("-123456789012345678901234567890")),
        Number("1e2", .double(100)), Number("123456789012.345", .double(123456789012.345)),
        Number("0.30000000000000004", .double(0.1 + 0.2)), Number("0.300000000000000040", .double(0.1 + 0.2)),
        Number("12345678901234.567", .number("12345678901234.567")),
        Number("9007199254740993.0", .number("9007199254740993.0")),
        Number("0.1000000000000000055511151231257827", .number("0.1000000000000000055511151231257827")),
        Number("1e400", .number("1e400")), Number("1E-400", .number("1E-400")), Number("1.5E300", .double(1.5e300)),
        Number("1e999999999999999999999", .number("1e999999999999999999999")), Number("0.0e-999", .double(0)),
    ])
    func numbersAreKeptExactly(number: Number) throws {
        let value = try JSONValue(parsing: Array(number.text.utf8))
        #expect(value == number.value)
        #expect(try JSONValue(parsing: value.jsonBytes()) == value)
    }

    @Test func pointersLeadToValues() throws {
        let value: JSONValue = ["a/b": ["~": [10, ["x": nil]]], "": 1, "0": "nom", "~1": 2]
        #expect(value.at("") == value)
        #expect(value.at("/a~1b/~0/0") == 10)
        #expect(value.at("/a~1b/~0/1/x") == .null)
        #expect(value.at("/") == 1)
        #expect(value.at("/0") == "nom")
        #expect(value.at("/~01") == 2)
        for absent in ["a", "/b", "/a~1b/~0/2", "/a~1b/~0/00", "/a~1b/~0/-1", "/a~1b/~0/0/x"] {
            #expect(value.at(absent) == nil)
        }
        #expect(value["a/b"]?["~"]?[0]?.int == 10)
    }

    @Test func givesWhatItIsAndNothingElse() {
        let value: JSONValue = [true, 7, 2.5, "x", [], [:], nil]
        #expect(value.array?.count == 7)
        #expect(value[0]?.bool == true && value[1]?.int == 7 && value[3]?.string == "x")
        #expect(value[1]?.double == 7 && value[2]?.double == 2.5 && JSONValue.number("1e2").double == 100)
        #expect(value[5]?.members == [] && value[6]?.isNull == true && value[7] == nil)
        #expect(value[0]?.int == nil && value[3]?.double == nil && value[4]?.isNull == false && value[2]?.int == nil)
    }

    @Test func printsForPeople() {
        let value: JSONValue = ["a": [1, ["b": "é\n"], []], "c": [:], "d": nil]
        #expect(
            value.prettyPrinted() == #"""
                {
                  "a": [
                    1,
                    {
                      "b": "é\n"
                    },
                    []
                  ],
                  "c": {},
                  "d": null
                }
                """#)
    }
}

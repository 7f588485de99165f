import Testing

@testable import JSON

/// RFC 8785: the same value has the same text, whoever writes it.
@Suite struct CanonicalTests {
    private func canonical(_ text: String) throws -> String? {
        try JSONValue(parsing: Array(text.utf8)).canonicalBytes().map { String(decoding: $0, as: UTF8.self) }
    }

    /// The example of §3.2.2.
    @Test func theExampleOfTheStandard() throws {
        let input = #"""
            { "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false] }
            """#
        let expected =
            #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
            + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#
        #expect(try canonical(input) == expected)
    }

    /// §3.2.3: by UTF-16 units, in which an emoji stands before some letters of the basic plane.
    @Test func namesAreSortedByTheirUnits() throws {
        let input =
            #"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#
        #expect(try canonical(input) == "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}")
    }

    /// Appendix B.
    @Test(
        arguments: [
            (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"), (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"), (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"), (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"),
            (0x44b5_2d02_c7e1_4af6, "1e+23"), (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"), (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"),
            (0x444b_1ae4_d6e2_ef50, "1e+21"), (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"),
            (0x3eb0_c6f7_a0b5_ed8d, "0.000001"), (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"), (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"), (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] as [(UInt64, String)])
    func numbersAreThoseOfECMAScript(_ bits: UInt64, _ text: String) {
        #expect(JSONValue.canonicalText(of: Double(bitPattern: bits)) == text)
    }

    @Test func whatHasNoCanonicalFormHasNone() throws {
        #expect(try canonical("1e400") == nil)
        #expect(try canonical("[{\"a\":-1e999}]") == nil)
        #expect(JSONValue.object([.init("a", 1), .init("a", 2)]).canonicalBytes() == nil)
        #expect(JSONValue.double(.nan).canonicalBytes() == nil)
        // One letter written in two ways is two names.
        #expect(JSONValue.object([.init("\u{e9}", 1), .init("e\u{301}", 2)]).canonicalBytes() != nil)
    }

    /// Reading it and writing it again changes nothing, and neither does the order of the members.
    @Test func theFormIsStable() throws {
        var random = JSONRoundTripTests.SplitMix(state: 8785)
        for _ in 0..<500 {
            let tree = random.tree(4)
            let bytes = try #require(tree.canonicalBytes())
            #expect(try JSONValue(parsing: bytes).canonicalBytes() == bytes)
            #expect(shuffled(tree, &random).canonicalBytes() == bytes)
        }
        for _ in 0..<5000 {
            let value = random.double()
            #expect(Double(JSONValue.canonicalText(of: value)) == value)
        }
    }

    private func shuffled(_ value: JSONValue, _ random: inout JSONRoundTripTests.SplitMix) -> JSONValue {
        switch value {
        case .array(let elements): return .array(elements.map { shuffled($0, &random) })
        case .object(let members):
            return .object(members.map { .init($0.name, shuffled($0.value, &random)) }.shuffled(using: &random))
        default: return value
        }
    }
}

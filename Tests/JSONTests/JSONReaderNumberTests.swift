import JSON
import Testing

@Suite struct JSONReaderNumberTests {
    struct Case<Value: Sendable & Equatable>: CustomTestStringConvertible, Sendable {
        let text: String, value: Value?, reason: JSONError.Reason?
        init(_ text: String, _ value: Value) { (self.text, self.value, reason) = (text, value, nil) }
        init(_ text: String, refused: JSONError.Reason) { (self.text, value, reason) = (text, nil, refused) }
        var testDescription: String { text.count > 30 ? "\(text.prefix(30))… (\(text.count))" : text }
    }

    @Test(arguments: [
        Case("0", 0), Case("-0", 0), Case("-1", -1), Case("42", 42), Case("1e2", 100), Case("12E+3", 12_000),
        Case("10e-1", 1), Case("0e-5", 0), Case("0e99999999999999999999", 0),
        Case("9223372036854775807", .max), Case("-9223372036854775808", .min),
        Case("9223372036854775808", refused: .integerOutOfRange),
        Case("-9223372036854775809", refused: .integerOutOfRange),
        Case("99999999999999999999999", refused: .integerOutOfRange),
        Case("1e19", refused: .integerOutOfRange), Case("1e999999999999", refused: .integerOutOfRange),
        Case("1.0", refused: .expectedInteger), Case("1.5", refused: .expectedInteger),
        Case("1e-1", refused: .expectedInteger), Case("15e-1", refused: .expectedInteger),
        Case("\"1\"", refused: .expectedInteger), Case("+1", refused: .unexpectedByte),
        Case("01", refused: .malformedNumber), Case("-", refused: .endOfInput), Case("-a", refused: .malformedNumber),
        Case("1.", refused: .endOfInput), Case("1.e1", refused: .malformedNumber), Case("1e", refused: .endOfInput),
        Case("1e+ ", refused: .malformedNumber), Case("0x1", refused: .trailingBytes),
    ])
    func integers(_ number: Case<Int>) {
        let result = outcome(number.text, as: Int.self)
        #expect((try? result.get()) == number.value)
        #expect(result.reason == number.reason)
    }

    @Test func integersOfOtherWidths() throws {
        #expect(try outcome("18446744073709551615", as: UInt64.self).get() == .max)
        #expect(outcome("18446744073709551616", as: UInt64.self).reason == .integerOutOfRange)
        #expect(outcome("-1", as: UInt64.self).reason == .integerOutOfRange)
        #expect(try outcome("65535", as: UInt16.self).get() == 65535)
        #expect(outcome("65536", as: UInt16.self).reason == .integerOutOfRange)
        #expect(try outcome("-2147483648", as: Int32.self).get() == .min)
        #expect(outcome("2147483648", as: Int32.self).reason == .integerOutOfRange)
        #expect(try outcome("-9223372036854775808", as: Int64.self).get() == .min)
    }

    @Test(arguments: [
        Case("0", 0.0), Case("1", 1.0), Case("0.1", 0.1), Case("123456.78", 123456.78), Case("1e22", 1e22),
        Case("1e23", 1e23), Case("8.5e-3", 0.0085), Case("1.7976931348623157e308", .greatestFiniteMagnitude),
        Case("2.2250738585072014e-308", .leastNormalMagnitude),
        Case("2.225073858507201e-308", Double.leastNormalMagnitude.nextDown),
        Case("5e-324", .leastNonzeroMagnitude), Case("3e-324", .leastNonzeroMagnitude),
        // Halfway between two, where only exact arithmetic decides.
        Case("9007199254740993.0", 9_007_199_254_740_992), Case("9007199254740995.0", 9_007_199_254_740_996),
        Case("9007199254740993.00000000000000000000000000000000000000000001", 9_007_199_254_740_994),
        Case("0.500000000000000166533453693773481063544750213623046875", 0.5000000000000002),
        // More decimals than a Double has are rounded once.
        Case("0.1000000000000000055511151231257827021181583404541015625", 0.1),
        Case("0." + String(repeating: "0", count: 300) + "1e300", 0.1), Case("0e999", 0.0),
        Case("9007199254740992", 9_007_199_254_740_992), Case("9007199254740993", refused: .inexactNumber),
        Case("-9007199254740993", refused: .inexactNumber),
        Case("9007199254740994", 9_007_199_254_740_994), Case("18446744073709551616", 0x1p64),
        Case("100000000000000000000", 1e20), Case("100000000000000000001", refused: .inexactNumber),
        Case("1" + String(repeating: "0", count: 60), refused: .inexactNumber),
        Case("1e400", refused: .numberOutOfRange), Case("-1e309", refused: .numberOutOfRange),
        Case("1.8e308", refused: .numberOutOfRange), Case("1e-400", refused: .numberOutOfRange),
        Case("2e-324", refused: .numberOutOfRange), Case("null", refused: .expectedNumber),
        Case("NaN", refused: .unexpectedByte), Case("-Infinity", refused: .malformedNumber),
        Case(".5", refused: .unexpectedByte),
    ])
    func doubles(_ number: Case<Double>) {
        let result = outcome(number.text, as: Double.self)
        #expect((try? result.get()) == number.value)
        #expect(result.reason == number.reason)
    }

    @Test func zeroKeepsItsSign() throws {
        for text in ["-0", "-0.0", "-0e5"] {
            #expect(try outcome(text, as: Double.self).get().sign == .minus)
            guard case .double(let value) = try JSONValue(parsing: Array(text.utf8)) else { throw ExpectedDouble() }
            #expect(value == 0 && value.sign == .minus)
        }
    }
    struct ExpectedDouble: Error {}

    @Test func aNumberTextIsWhatWasWritten() throws {
        for text in ["0", "-0.00", "123456789012345678901234567890.10", "1E+05"] {
            var reader = JSONReader(Array("[\(text)]".utf8).span.bytes)
            var read: String?
            try reader.array { reader throws(JSONError) in read = try reader.numberText() }
            #expect(read == text)
        }
    }

    @Test(.timeLimit(.minutes(1))) func aHostileLiteralIsReadInLinearTime() throws {
        let digits = String(repeating: "7", count: 1_000_000)
        #expect(outcome(digits, as: Int.self).reason == .integerOutOfRange)
        #expect(outcome(digits, as: Double.self).reason == .numberOutOfRange)
        #expect(try outcome("0." + digits, as: Double.self).get() == 7.0 / 9)
        #expect(refusal(of: "1e" + digits) == nil)
    }
}

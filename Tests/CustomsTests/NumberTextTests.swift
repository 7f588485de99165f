import TestKit
import Testing

@testable import Customs

@Suite struct NumberTextTests {
    private func read(
        _ text: String, decimal: Character? = nil, isWeight: Bool = false, _ suffix: NumberText.Suffix = .none
    ) -> NumberText {
        NumberText.read(text.utf8.span, decimal: decimal?.asciiValue, isWeight: isWeight, suffix: suffix)
    }

    private func value(_ number: NumberText) -> Double? {
        if case .value(let value, _) = number { value } else { nil }
    }

    @Test(arguments: [
        ("156", 156), ("1 234 567", 1_234_567), ("1\u{a0}234", 1234), ("1\u{202f}234,5", 1234.5),
        ("12'345'678", 12_345_678),
        ("12’345", 12_345), ("1.234.567", 1_234_567), ("1,234,567", 1_234_567), ("1.234,50", 1234.5),
        ("1,234.50", 1234.5),
        ("1.234.567,89", 1_234_567.89), ("8131.629", 8131.629), ("0,500", 0.5), ("5,00", 5), (".5", 0.5),
        ("-12,5", -12.5),
        ("\u{2212}3", -3), ("  42\u{a0}", 42), ("1 470,000", 1470), ("007", 7), ("0", 0),
    ])
    func numbersAreReadHoweverTheyAreWritten(_ text: String, _ expected: Double) {
        #expect(value(read(text)) == expected)
    }

    @Test(arguments: [
        "N/A", "-", "1-2", "12 34", "1 2345", "1.23.4", "1,234,56", "1.234,5,6", "12,", ",", "1,5E+07", "=1+1", "+5",
        "\t5", "1 ,5", "1  234", "(12)", "0x10", "٣", "1.234 567", "NaN", "inf", "5 %", "12\u{a0}\u{a0}345",
    ])
    func whatIsNoNumberIsNotGuessed(_ text: String) { #expect(read(text) == .malformed) }

    @Test func emptyIsNotZero() {
        #expect(read("") == .empty && read("  \u{a0}") == .empty)
    }

    @Test func threeDigitsAfterOneMarkNeedProof() {
        #expect(read("123.456") == .ambiguous(mark: 0x2e) && read("1,234") == .ambiguous(mark: 0x2c))
        #expect(value(read("123.456", decimal: ".")) == 123.456 && value(read("123.456", decimal: ",")) == 123_456)
        #expect(value(read("1,234", decimal: ",", isWeight: true)) == 1.234)
        #expect(value(read("1,234", decimal: ".", isWeight: true)) == 1234)
        #expect(value(read("1,234", isWeight: true)) == 1.234)
    }

    @Test func unitsBelongToTheirKind() {
        #expect(value(read("14 001 642 FCFA", .money)) == 14_001_642 && value(read("5 F CFA", .money)) == 5)
        #expect(value(read("12,5 kg", .kilograms)) == 12.5 && value(read("0.0 %", .percent)) == 0)
        #expect(read("12 kg", .money) == .malformed && read("FCFA", .money) == .malformed)
    }

    @Test func eighteenDigitsAreReadAndNineteenAreNot() {
        let eighteen = String(repeating: "9", count: 18)
        #expect(value(read(eighteen)) == 1e18 && read(eighteen + "9") == .malformed)
        #expect(value(read(String(repeating: "0", count: 40) + "7")) == 7)
        #expect(read("0," + String(repeating: "0", count: 40) + "1") == .malformed)
    }

    /// Whatever a spreadsheet writes in its language is read back, given what the file proves.
    @Test(arguments: [(",", " "), (",", "."), (".", ","), (".", "'"), (",", "\u{202f}"), (".", ""), (",", "")])
    func whatIsWrittenIsReadBack(_ decimal: String, _ thousands: String) {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let (digits, decimals) = (Int.random(in: 0...9, using: &random), Int.random(in: 0...4, using: &random))
            let whole = Int.random(in: 0...Int(pow10(digits)), using: &random)
            let part = Int.random(in: 0..<Int(pow10(decimals)), using: &random)
            var text = String(whole)
            var place = text.count - 3
            while place > 0, !thousands.isEmpty {
                text.insert(contentsOf: thousands, at: text.index(text.startIndex, offsetBy: place))
                place -= 3
            }
            if decimals > 0 {
                let padding = String(repeating: "0", count: decimals - String(part).count)
                text += decimal + padding + String(part)
            }
            let exact = Double(
                "\(whole).\(String(repeating: "0", count: max(0, decimals - String(part).count)))\(part)")
            let expected = decimals > 0 ? exact : Double(whole)
            #expect(value(read(text, decimal: decimal.first)) == expected, "\(text)")
        }
    }

    private func pow10(_ exponent: Int) -> Double { (0..<exponent).reduce(1) { power, _ in power * 10 } }

    @Test func noBytesStopTheReader() {
        var random = SeededGenerator(seed: 11)
        let alphabet = Array("0123456789.,' -+eE%\u{a0}\u{202f}FCA".utf8) + [0xff, 0xc2, 0xe2, 0x80, 0x00]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in alphabet.randomElement(using: &random)!
            }
            if case .value(let value, _) = NumberText.read(bytes.span, suffix: .money) { #expect(value.isFinite) }
        }
    }
}

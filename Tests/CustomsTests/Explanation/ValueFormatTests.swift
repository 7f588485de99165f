@testable import Customs
import Testing

@Suite struct ValueFormatTests {
    @Test(arguments: [
        (1_250_000.4, "FCFA" as String?, "1 250 000 FCFA"), (-1234.5, "FCFA", "−1 235 FCFA"), (0.31, "part", "31 %"),
        (0.0123, "part", "1,2 %"), (28.38, "%", "28,4 %"), (0.75, "rapport", "0,75"), (0.00012, "rapport", "0,0001"),
        (7.5, "kg", "7,5 kg"), (1470, "kg", "1 470 kg"), (3, nil, "3"), (-0.001, "FCFA", "0 FCFA"),
        (1e20, "FCFA", "1e+20 FCFA"),
        (20468, "date", "15/01/2026"), (.nan, "kg", "non connu"),
    ])
    func numbersReadWell(_ value: Double, _ unit: String?, _ text: String) {
        let shown = ValueFormat.text(value, kind: .nombre, unit: unit)
        #expect(String(shown.map { $0 == "\u{202f}" || $0 == "\u{00a0}" ? " " : $0 }) == text)
    }

    @Test func kindsHaveTheirWords() {
        #expect(ValueFormat.text(1, kind: .booleen, unit: nil) == "oui")
        #expect(ValueFormat.text(0, kind: .booleen, unit: nil) == "non")
        #expect(ValueFormat.text(20468, kind: .date, unit: nil) == "15/01/2026")
        #expect(ValueFormat.text(1e9, kind: .date, unit: nil) == "non connu")
    }

    @Test(arguments: ["{a", "a}", "[a", "a]", "[a[b]]", "{a}[b{c]"])
    func templatesAreClosed(_ text: String) { #expect(SentenceTemplate(text) == nil) }

    @Test func optionalPartsNeedAllTheirBlanks() throws {
        let template = try #require(SentenceTemplate("a {x}[, b {y} {x}][ c]"))
        #expect(template.filled { $0 == "x" ? "1" : nil } == "a 1 c")
        #expect(template.filled { $0 } == "a x, b y x c")
        #expect(template.filled { _ in nil } == "a non connu c")
        #expect(template.blanks == ["x", "y", "x"])
    }
}

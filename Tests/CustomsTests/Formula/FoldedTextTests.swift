@testable import Customs
import Testing

@Suite struct FoldedTextTests {
    @Test(arguments: [
        ("Crème  brûlée", "CREME BRULEE"), ("  a\u{00a0}\t b ", "A B"), ("œuf Æon straße", "OEUF AEON STRASSE"),
        ("e\u{301}te\u{301}", "ETE"), ("l’eau", "L'EAU"), ("ÇÑÿŸž", "CNYYZ"), ("10 m²", "10 M2"), ("中文", "中文"),
        ("", ""),
        ("\u{00a0}", ""), ("ÿ", "Y"), ("÷×", "÷×"), ("a\u{2013}b", "A-B"), ("😀", "😀"),
    ])
    func textsAreFolded(_ text: String, _ folded: String) {
        #expect(FoldedText.string(text) == folded)
        #expect(FoldedText.string(folded) == folded)
    }

    @Test func noCharacterIsTornAtTheLimit() {
        let limit = FormulaLimits.textBytes
        #expect(FoldedText.fold(String(repeating: "a", count: limit)).count == limit)
        #expect(FoldedText.fold(String(repeating: "a", count: limit + 1)).count == limit)
        #expect(FoldedText.fold(String(repeating: "a", count: limit - 1) + "中").count == limit - 1)
    }
}

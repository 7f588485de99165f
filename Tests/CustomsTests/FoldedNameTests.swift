import Testing

@testable import Customs

@Suite struct FoldedNameTests {
    @Test(arguments: [
        ("N° Déclaration", "N_DECLARATION"), ("Qtité complémentaire", "QTITE COMPLEMENTAIRE"), ("AnnÃ©e", "année"),
        ("  Poids-Net (kg) ", "poids net kg"), ("Re\u{301}gime", "REGIME"), ("Œuvre", "oeuvre"),
    ])
    func writingDoesNotMatter(_ a: String, _ b: String) { #expect(FoldedName(a) == FoldedName(b)) }

    @Test func wordsAreKept() {
        #expect(FoldedName("Poids_NET kg").words.map { String(decoding: $0, as: UTF8.self) } == ["poids", "net", "kg"])
    }

    @Test func namesHaveALargestLength() {
        let longest = String(repeating: "a", count: FoldedName.longest)
        #expect(FoldedName(longest + "b") == FoldedName(longest) && FoldedName("\u{0}\u{7}💥").isEmpty)
    }
}

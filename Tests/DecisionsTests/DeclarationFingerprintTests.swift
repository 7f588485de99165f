import Customs
import Testing

@testable import Decisions

@Suite struct DeclarationFingerprintTests {
    private let schema = FactSchema([
        ("numero", .texte), ("date_enregistrement", .date), ("ninea", .texte), ("code_sh", .texte),
        ("valeur_caf", .nombre), ("poids_net", .nombre),
    ])

    private func facts(_ number: String, _ day: Double, _ ninea: String, _ code: String, _ value: Double) -> Facts {
        var facts = Facts(for: schema)
        facts.texts = [number, ninea, code]
        facts.numbers = [day, value, .nan]
        return facts
    }

    @Test func numberDateOrderAndCapitalsDoNotMatter() {
        let (a, b) = (facts("1", 1, "sn 12", "3004", 10), facts("2", 9, "SN12", "3005", 20))
        let one = DeclarationFingerprint.of(declaration: a, articles: [a, b], schema: schema)
        let moved = facts("77", 5, "SN-12", "3004", 10)
        #expect(DeclarationFingerprint.of(declaration: moved, articles: [b, a], schema: schema) == one)
    }

    @Test func goodsAndTradersDo() {
        let a = facts("1", 1, "SN12", "3004", 10)
        let one = DeclarationFingerprint.of(declaration: a, articles: [a], schema: schema)
        for other in [facts("1", 1, "SN13", "3004", 10), facts("1", 1, "SN12", "3005", 10)] {
            #expect(DeclarationFingerprint.of(declaration: other, articles: [other], schema: schema) != one)
        }
        let dearer = facts("1", 1, "SN12", "3004", 10.002)
        #expect(DeclarationFingerprint.of(declaration: a, articles: [dearer], schema: schema) != one)
        let rounded = facts("1", 1, "SN12", "3004", 10.0001)
        #expect(DeclarationFingerprint.of(declaration: a, articles: [rounded], schema: schema) == one)
        #expect(DeclarationFingerprint.of(declaration: a, articles: [a, a], schema: schema) != one)
        #expect(DeclarationFingerprint.of(declaration: a, articles: [], schema: schema) != one)
    }
}

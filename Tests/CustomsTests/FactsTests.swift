import Customs
import Testing

@Suite struct FactsTests {
    let schema = FactSchema([("valeur_caf", .nombre), ("code_sh", .texte), ("date", .date), ("pays", .texte)])

    @Test func fieldsHaveTheirPlaceAmongTheirKind() {
        #expect(schema["date"]?.slot == 1 && schema["pays"]?.slot == 1)
        #expect(schema.numberCount == 2 && schema.textCount == 2 && schema["poids"] == nil)
    }

    @Test func nothingIsKnownAtFirst() {
        let facts = Facts(for: schema)
        #expect(facts.numbers.allSatisfy(\.isNaN) && facts.texts.allSatisfy { $0 == nil })
    }
}

import Customs
import Testing

@Suite struct AttributeTests {
    private func reading(_ chapter: String, _ attribute: String, _ text: String) throws -> Explanation.Value? {
        try PackTrials.features(of: chapter).readings(in: text).first { $0.attribute.name == attribute }?.value
    }

    @Test(arguments: [
        ("POMPE 7,5KW", 7500.0), ("pompe 7.5 kw", 7500), ("MOTEUR 10 CV", 7360), ("12 WATTS", 12),
        ("GROUPE 100 KVA 400 V", 100_000),
        ("220-240V 50HZ 900W", 900), ("2 000 W", 0.0), ("5KWH", -1), ("A7W", -1), ("POIDS 12", -1), ("0 W", -1),
    ])
    func power(_ text: String, _ watts: Double) throws {
        let value = try reading("84", "puissance", text)
        // Groups of digits are separate numbers: the last is out of the range.
        #expect(value == (watts > 0 ? .number(watts) : nil), "\(text)")
    }

    @Test(arguments: [
        ("SMARTPHONE 5G", 5.0), ("5G LTE", 5), ("LTE", 4), ("ROUTEUR WIFI 6", 6), ("500 G", -1), ("2,5 G", 2.5),
    ])
    func generation(_ text: String, _ value: Double) throws {
        #expect(try reading("85", "generation", text) == (value > 0 ? .number(value) : nil), "\(text)")
    }

    @Test func namesAndCodes() throws {
        #expect(try reading("84", "marque", "TRACTEUR MASSEY  FERGUSON") == .text("MASSEY FERGUSON"))
        #expect(try reading("84", "marque", "TRACTEUR MASSEY") == nil)
        #expect(try reading("84", "marque", "Catalogue CAT 320") == .text("CATERPILLAR"))
        #expect(try reading("84", "modele", "PELLE MODELE 320D2") == .text("320D2"))
        #expect(try reading("84", "modele", "PELLE SY215C-9, NEUVE") == .text("SY215C-9"))
        #expect(try reading("84", "modele", "PELLE 7,5 KW") == nil)
        #expect(try reading("85", "technologie", "TÉLÉVISEUR OLED 55 POUCES LED") == .text("OLED"))
        #expect(try reading("30", "dosage", "AMOX 1 g inj") == .number(1000))
    }

    @Test func longDescriptionsAreReadToTheirLimit() throws {
        let far = String(repeating: "x ", count: 600) + "5 KW"
        #expect(try reading("84", "puissance", far) == nil)
        let near = String(repeating: "x ", count: 400) + "5 KW"
        #expect(try reading("84", "puissance", near) == .number(5000))
    }
}

import Testing

@testable import Customs

@Suite struct MojibakeTests {
    @Test(arguments: [
        ("AnnÃ©e", "Année"), ("NÂ° DÃ©claration", "N° Déclaration"), ("Ã‰LECTRIQUE", "ÉLECTRIQUE"),
        ("lâ€™eau", "l’eau"),
        ("20 â‚¬", "20 €"),
    ])
    func whatWasTakenForWindows1252IsMended(_ damaged: String, _ text: String) {
        #expect(Mojibake.repaired(damaged) == text)
    }

    @Test(arguments: ["Année", "ANNEE", "", "São Tomé", "Â", "PÂTE", "Ã la carte", "Ã©漢"])
    func whatIsNotIsLeftAlone(_ text: String) { #expect(Mojibake.repaired(text) == nil) }
}

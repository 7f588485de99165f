import Platform
import TestKit
import Testing

@testable import Customs

@Suite struct PersonalDataMaskingTests {
    @Test(arguments: [
        (Field.PersonalData.nom, "John Doe", "J*** D**"),
        (.nom, "Établissements N'Diaye & Fils", "É************* N****** * F***"),
        (.nom, "", ""), (.nom, "(Ndiaye)", "********"),
        (.adresse, "12 rue Carnot, Dakar", "***"), (.adresse, "", ""),
        (.entreprise, "123456789", "******789"), (.entreprise, "12345678", "********"),
        (.telephone, "+33123456789", "+33***56789"), (.telephone, "+221 77 123 45 67", "+22***34567"),
        (.telephone, "77 123 45 67", "***67"), (.telephone, "123", "***"),
        (.courriel, "awa.diop@douanes.sn", "a***@douanes.sn"), (.courriel, "a@b", "***"), (.courriel, "a@b@c", "***"),
    ])
    func masksAreAsExpected(_ kind: Field.PersonalData, _ value: String, _ masked: String) {
        #expect(kind.masked(value) == masked)
    }

    /// Whatever comes: a mask adds nothing but stars, keeps what it keeps in order, and hides most of it.
    @Test(arguments: Field.PersonalData.allCases, [1, 2, 3] as [UInt64])
    func masksHide(_ kind: Field.PersonalData, _ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("abcdefghij ÀÉçñ 0123456789 .-'@+&👨‍👩‍👧e\u{301}\u{202e}\u{0}\n*")
        for _ in 0..<2000 {
            let value = String(
                (0..<Int.random(in: 0...40, using: &random)).map { _ in alphabet.randomElement(using: &random)! })
            let masked = kind.masked(value)
            var rest = Array(value)[...]
            for character in masked where character != "*" {
                guard let place = rest.firstIndex(of: character) else {
                    Issue.record("\(value) becomes \(masked)")
                    break
                }
                rest = rest[(place + 1)...]
            }
            let told = masked.count { $0.isLetter || $0.isNumber }
            switch kind {
            case .nom: #expect(told <= value.split(whereSeparator: \.isWhitespace).count)
            case .adresse: #expect(told == 0)
            case .entreprise: #expect(told <= 3 && 3 * told <= value.count)
            case .telephone: #expect(told <= 8 && (told <= 2 || value.count >= 12))
            case .courriel: #expect(told == 0 || masked.contains("***@"))
            }
            // Nothing more is told by masking twice.
            #expect(kind.masked(masked).count { $0.isLetter || $0.isNumber } <= told)
        }
    }

    @Test func oneValueIsOneHoweverItIsWritten() {
        let same: [(Field.PersonalData, [String])] = [
            (.nom, ["Établissements Ndiaye", "etablissements  NDIAYE ", "E\u{301}tablissements\u{a0}ndiaye"]),
            (.entreprise, ["00123 4567-A", "001234567a", "00.123.4567A"]),
            (.telephone, ["+221 77 123 45 67", "221771234567"]), (.courriel, ["Awa@Douanes.sn", " awa@douanes.SN"]),
        ]
        for (kind, values) in same {
            #expect(Set(values.map(kind.folded)).count == 1, "\(values)")
            #expect(!kind.folded(values[0]).isEmpty)
        }
        #expect(Field.PersonalData.entreprise.folded(" -. ").isEmpty)
        #expect(Field.PersonalData.nom.folded("Ndiaye") != Field.PersonalData.nom.folded("Ndiaye & Fils"))
    }
}

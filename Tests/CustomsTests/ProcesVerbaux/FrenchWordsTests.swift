import Platform
import Testing

@testable import Customs

@Suite struct FrenchWordsTests {
    @Test(arguments: [
        (0, "zéro"), (16, "seize"), (17, "dix-sept"), (21, "vingt et un"), (70, "soixante-dix"),
        (71, "soixante et onze"), (77, "soixante-dix-sept"), (80, "quatre-vingts"), (81, "quatre-vingt-un"),
        (91, "quatre-vingt-onze"), (99, "quatre-vingt-dix-neuf"), (100, "cent"), (200, "deux cents"),
        (203, "deux cent trois"), (1000, "mille"), (1999, "mille neuf cent quatre-vingt-dix-neuf"),
        (2026, "deux mille vingt-six"), (2080, "deux mille quatre-vingts"),
    ]) func numbers(_ value: Int, _ words: String) { #expect(FrenchWords.number(value) == words) }

    @Test func daysAndHours() throws {
        let first = try #require(Timestamp(year: 2026, month: 8, day: 1, hour: 1, minute: 21))
        #expect(FrenchWords.day(first.date) == "l’an deux mille vingt-six, le premier août")
        #expect(FrenchWords.hour(first) == "à une heure vingt et une")
        let night = try #require(Timestamp(year: 2026, month: 2, day: 28))
        #expect(FrenchWords.hour(night) == "à zéro heure")
        #expect(FrenchWords.day(night.date).hasSuffix("le vingt-huit février"))
        #expect(FrenchWords.stamp(first) == "01/08/2026 à 01 h 21 (UTC)")
    }
}

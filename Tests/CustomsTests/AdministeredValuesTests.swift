import JSON
import Testing

@testable import Customs

@Suite struct AdministeredValuesTests {
    private func values(_ text: String) throws -> AdministeredValues {
        try AdministeredValues(parsing: Array(#"{"valeurs":[\#(text)]}"#.utf8))
    }

    @Test func thePreciseCodeAndTheNamedOriginCount() throws {
        let values = try values(
            #"""
            {"sh":"85","minimum":10},{"sh":"8517","minimum":20},{"sh":"8517","origine":"CN","minimum":30},
            {"sh":"851713","unite":"U","minimum":45000,"depuis":"2026-01-01"}
            """#)
        func minimum(_ code: String, _ origin: String?, _ unit: String? = nil, day: Int? = nil) -> Double? {
            values.minimum(of: code, origin: origin, unit: unit, on: day)?.minimum
        }
        #expect(minimum("8504000000", "CN") == 10)
        #expect(minimum("8517620000", "FR") == 20 && minimum("8517620000", nil) == 20)
        #expect(minimum("8517620000", "CN") == 30)
        #expect(minimum("8517130000", "CN", "U", day: 20_600) == 45_000)
        // Another unit, or before the price was fixed.
        #expect(minimum("8517130000", "CN", "KG", day: 20_600) == 30)
        #expect(minimum("8517130000", "CN", "U", day: 20_000) == 30)
        #expect(minimum("3004000000", "CN") == nil)
    }

    @Test(arguments: [
        #"{"sh":"8517"}"#, #"{"sh":"8517","minimum":0}"#, #"{"sh":"8517","minimum":-1}"#, #"{"minimum":1}"#,
        #"{"sh":"85x","minimum":1}"#, #"{"sh":"8517","minimum":1,"prix":2}"#,
    ])
    func mistakesAreRefused(_ text: String) { #expect(throws: JSONError.self) { try values(text) } }
}

import JSON
import Testing

@Suite(.enabled(if: JSONSuite.folder != nil, "needs INSPECTIA_FIXTURES"))
struct JSONSuiteTests {
    /// The suite lets duplicate names pass; we don't.
    static let duplicates: Set<String> = ["y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"]

    /// Where the standard leaves the choice: numbers that no Double holds are kept as they are written.
    static let accepted: Set<String> = [
        "i_number_double_huge_neg_exp.json", "i_number_huge_exp.json", "i_number_neg_int_huge_exp.json",
        "i_number_pos_double_huge_exp.json", "i_number_real_neg_overflow.json", "i_number_real_pos_overflow.json",
        "i_number_real_underflow.json", "i_number_too_big_neg_int.json", "i_number_too_big_pos_int.json",
        "i_number_very_big_negative_int.json",
    ]

    @Test func isWhole() {
        #expect(JSONSuite.cases("y_").count == 95)
        #expect(JSONSuite.cases("n_").count == 188)
        #expect(JSONSuite.cases("i_").count == 35)
    }

    @Test(arguments: JSONSuite.cases("y_")) func valid(file: JSONSuite.Case) {
        if Self.duplicates.contains(file.name) {
            #expect(refusal(of: file.bytes)?.reason == .duplicateMember)
        } else {
            for reading in Reading.allCases { #expect(reading.error(in: file.bytes) == nil) }
        }
    }

    @Test(arguments: JSONSuite.cases("n_")) func invalid(file: JSONSuite.Case) {
        #expect(refusal(of: file.bytes) != nil)
    }

    @Test(arguments: JSONSuite.cases("i_")) func leftToTheReader(file: JSONSuite.Case) {
        if Self.accepted.contains(file.name) {
            for reading in Reading.allCases { #expect(reading.error(in: file.bytes) == nil) }
        } else {
            #expect(refusal(of: file.bytes) != nil)
        }
    }
}

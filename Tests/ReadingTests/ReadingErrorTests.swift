import Reading
import Testing

@Suite struct ReadingErrorTests {
    @Test func errorsAreEqualByCodeAndMessage() {
        #expect(ReadingError("not_csv", "x") == ReadingError("not_csv", "x"))
        #expect(ReadingError("not_csv", "x") != ReadingError("empty_file", "x"))
    }
}

import Customs
import Testing

@Suite struct ContainerNumberTests {
    private func isValid(_ text: [UInt8]) -> Bool { ContainerNumber.isValid(text.span) }

    @Test(arguments: ["CSQU3054383", "MSCU6824734", "MAEU6162290", "GESU4591101"])
    func rightCheckDigits(_ text: String) { #expect(isValid(Array(text.utf8))) }

    @Test(arguments: [
        "CSQU3054384", "CSQU305438", "CSQU30543833", "CSQA3054383", "csqu3054383", "CSQ03054383", "CSQU305438X", "",
    ])
    func everythingElse(_ text: String) { #expect(!isValid(Array(text.utf8))) }

    @Test func oneWrongDigitIsAlwaysSeen() {
        let right = Array("MSCU6824734".utf8)
        for place in 4..<11 {
            for digit in UInt8(0x30)...0x39 where digit != right[place] {
                var wrong = right
                wrong[place] = digit
                // Ten and nought share a check digit: that is the standard's own weakness.
                if isValid(wrong) { #expect(right[10] == 0x30 || wrong[10] == 0x30) }
            }
        }
    }
}

import Testing

@testable import Customs

@Suite struct NumberConventionTests {
    private func evidence(_ texts: [String]) -> NumberConvention.Evidence {
        var evidence = NumberConvention.Evidence()
        for text in texts { evidence.add(NumberText.read(text.utf8.span)) }
        return evidence
    }

    @Test func unambiguousNumbersProveTheMark() {
        #expect(evidence(["5,00", "1.234"]).decimal == 0x2c && evidence(["8131.629"]).decimal == 0x2e)
        #expect(evidence(["1.234.567"]).decimal == 0x2c && evidence(["1 234,567"]).decimal == 0x2c)
    }

    @Test func ambiguousAndPlainNumbersProveNothing() {
        let found = evidence(["1.234", "12", "", "N/A"])
        #expect(found.decimal == nil && found.open == 1)
    }

    @Test func theMajorityDecidesAndEqualsDoNot() {
        #expect(evidence(["5,0", "6,0", "0.0"]).decimal == 0x2c && evidence(["5,0", "0.0"]).decimal == nil)
    }
}

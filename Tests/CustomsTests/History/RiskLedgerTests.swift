import Testing

@testable import Customs

@Suite struct RiskLedgerTests {
    @Test func outcomesWeighHalfAfterAYear() {
        var ledger = RiskLedger()
        ledger.addKey()
        #expect(ledger.outcomes(0, on: 100) == (0, 0))
        ledger.record(fraud: true, for: 0, on: 1000)
        ledger.record(fraud: false, for: 0, on: 1000)
        #expect(ledger.outcomes(0, on: 1000) == (2, 1))
        #expect(ledger.outcomes(0, on: 1365) == (1, 0.5))
        ledger.record(fraud: true, for: 0, on: 1365)
        #expect(ledger.outcomes(0, on: 1365) == (2, 1.5))
    }
}

import Platform
import Testing

@testable import Customs

/// Who may bring an act where.
@Suite struct ProcesVerbalStandingTests {
    private let first = UUIDv7.make()
    private let second = UUIDv7.make()
    private let chief = UUIDv7.make()
    private let stranger = UUIDv7.make()
    private static let hash = String(repeating: "ab", count: 32)
    private static let reason = "transaction acceptée"

    private func draft(unsettled: Int = 0) -> ProcesVerbalStanding {
        ProcesVerbalStanding(agents: [first, second], hash: Self.hash, unsettled: unsettled)
    }

    private func refusal(
        _ standing: ProcesVerbalStanding, _ act: ProcesVerbalStanding.Act, by account: UUIDv7, isChief: Bool = false
    ) -> ProcesVerbalRefusal? {
        var changed = standing
        do throws(ProcesVerbalRefusal) {
            try changed.apply(act, by: .init(account: account, isChief: isChief), at: .now())
            return nil
        } catch {
            // What is refused changes nothing.
            #expect(changed == standing)
            return error
        }
    }

    private func signed() throws -> ProcesVerbalStanding {
        var standing = draft()
        for agent in [second, first] {
            try standing.apply(.sign(hash: Self.hash), by: .init(account: agent, isChief: false), at: .now())
        }
        return standing
    }

    @Test func bothAgentsSignWhatTheyRead() throws {
        var standing = draft()
        #expect(refusal(standing, .sign(hash: "00"), by: first) == .otherContent)
        #expect(refusal(standing, .sign(hash: Self.hash), by: stranger) == .notAnAgent)
        #expect(refusal(standing, .sign(hash: Self.hash), by: chief, isChief: true) == .notAnAgent)
        try standing.apply(.sign(hash: Self.hash), by: .init(account: first, isChief: false), at: .now())
        #expect(standing.state == .draft && standing.signatures.count == 1)
        #expect(refusal(standing, .sign(hash: Self.hash), by: first) == .signedAlready)
        try standing.apply(.sign(hash: Self.hash), by: .init(account: second, isChief: false), at: .now())
        #expect(standing.state == .signed && standing.signatures.map(\.agent) == [first, second])
        #expect(refusal(standing, .sign(hash: Self.hash), by: first) == .wrongState(.signed))
    }

    @Test func nobodySignsWhatNobodyFound() {
        #expect(refusal(draft(unsettled: 1), .sign(hash: Self.hash), by: first) == .nothingFound)
    }

    @Test func aDraftIsCancelledByItsAgentsAndASignedActByTheChief() throws {
        let cancel = ProcesVerbalStanding.Act.cancel(reason: Self.reason)
        #expect(refusal(draft(), cancel, by: stranger) == .notAnAgent)
        #expect(refusal(draft(), cancel, by: chief, isChief: true) == .notAnAgent)
        #expect(refusal(draft(), cancel, by: second) == nil)
        let signed = try signed()
        #expect(refusal(signed, cancel, by: first) == .notTheChief)
        #expect(refusal(signed, cancel, by: chief, isChief: true) == nil)
    }

    @Test func onlyASignedActIsClosedAndThenNothingMore() throws {
        let close = ProcesVerbalStanding.Act.close(reason: Self.reason)
        #expect(refusal(draft(), close, by: first) == .wrongState(.draft))
        var standing = try signed()
        #expect(refusal(standing, close, by: chief, isChief: true) == .notAnAgent)
        try standing.apply(close, by: .init(account: first, isChief: false), at: .now())
        #expect(standing.state == .closed && standing.ending?.reason == Self.reason)
        for act in [close, .cancel(reason: Self.reason), .sign(hash: Self.hash)] {
            #expect(refusal(standing, act, by: first, isChief: true) == .wrongState(.closed))
        }
    }

    @Test func aReasonHasItsLimits() throws {
        let signed = try signed()
        func text(_ count: Int) -> String { String(repeating: "é", count: count) }
        for (count, isFine) in [(9, false), (10, true), (2000, true), (2001, false)] {
            #expect((refusal(signed, .close(reason: text(count)), by: first) == nil) == isFine, "\(count)")
        }
    }
}

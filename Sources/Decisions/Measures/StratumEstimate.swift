public import JSON

/// The chapter's true rate of frauds, from the random stratum alone: no other outcomes are chosen blindly.
public struct StratumEstimate: Sendable, Equatable {
    /// Declarations drawn, and those whose outcome is known.
    public let drawn: Int
    public let rate: Proportion
    /// Of those that the policy would have released: frauds that get through.
    public let missed: Proportion

    /// `isReleased`: whether the best lane was `conforme`; `isFraud` is nil while nothing is known.
    public init(_ stratum: some Sequence<(isReleased: Bool, isFraud: Bool?)>) {
        var (drawn, known, frauds, released, missed) = (0, 0, 0, 0, 0)
        for file in stratum {
            drawn += 1
            guard let isFraud = file.isFraud else { continue }
            known += 1
            frauds += isFraud ? 1 : 0
            released += file.isReleased ? 1 : 0
            missed += file.isReleased && isFraud ? 1 : 0
        }
        self.drawn = drawn
        rate = Proportion(frauds, of: known)
        self.missed = Proportion(missed, of: released)
    }
}

extension StratumEstimate: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("tirees", drawn)
            writer.member("taux_de_fraude", rate)
            writer.member("fraudes_liberees", missed)
        }
    }
}

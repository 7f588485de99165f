/// A file that waits for an inspector.
public struct WaitingFile: Sendable, Equatable {
    public let id: String
    public let probability: Double?
    public let duties: Double
    public let lane: Lane
    /// A control that no capacity or value puts off.
    public let isMandatory: Bool
    /// Hours since it waits.
    public let age: Double
    /// How long its control is expected to take.
    public let minutes: Double

    public init(
        id: String, probability: Double?, duties: Double, lane: Lane, isMandatory: Bool, age: Double, minutes: Double
    ) {
        (self.id, self.probability, self.duties, self.lane) = (id, probability, duties, lane)
        (self.isMandatory, self.age, self.minutes) = (isMandatory, age, minutes)
    }
}

/// In which order files are worked on: by what an inspector's minute is expected to recover, and fair to age.
public struct QueueOrder: Sendable {
    /// Hours after which a file has waited too long: from then on the oldest goes first.
    public let deadline: Double
    /// A file without a probability is taken for one of this.
    public let unknownProbability: Double
    public let recovery: LaneValues

    public init(deadline: Double, unknownProbability: Double = 0.5, recovery: LaneValues = PriceList().recovery) {
        self.deadline = deadline.isFinite ? max(1, deadline) : 24
        self.unknownProbability = 0...1 ~= unknownProbability ? unknownProbability : 0.5
        self.recovery = recovery
    }

    /// FCFA that a minute of work on the file is expected to recover.
    public func recoveryPerMinute(_ file: WaitingFile) -> Double {
        let p = file.probability.flatMap { 0...1 ~= $0 ? $0 : nil } ?? unknownProbability
        let duties = file.duties > 0 && file.duties.isFinite ? file.duties : 0
        let minutes = file.minutes > 0 && file.minutes.isFinite ? max(1, file.minutes) : 30
        return p * duties * recovery[max(file.lane, .zoneGrise)] / minutes
    }

    /// What it is ordered by before its deadline: waiting makes it grow to twice as much.
    public func priority(_ file: WaitingFile) -> Double {
        let waited = file.age.isFinite ? min(max(file.age / deadline, 0), 1) : 1
        return recoveryPerMinute(file) * (1 + waited)
    }

    /// The files in the order in which to take them; the same files always in the same order.
    public func ordered(_ files: [WaitingFile]) -> [WaitingFile] {
        files.map { (file: $0, rank: rank($0), priority: priority($0)) }
            .sorted { a, b in
                if a.rank != b.rank { return a.rank < b.rank }
                if a.rank == 0, a.file.age != b.file.age { return a.file.age > b.file.age }
                if a.priority != b.priority { return a.priority > b.priority }
                if a.file.age != b.file.age { return a.file.age > b.file.age }
                return a.file.id < b.file.id
            }
            .map(\.file)
    }

    /// Overdue first, then what must be controlled, then the rest.
    private func rank(_ file: WaitingFile) -> Int {
        !(file.age < deadline) ? 0 : file.isMandatory ? 1 : 2
    }
}

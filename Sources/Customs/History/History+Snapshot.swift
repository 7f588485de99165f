extension History {
    private static let format: UInt64 = 0x3130_5453_4948_4949

    /// All that is remembered, with what waits for its day to pass; equal pasts give equal bytes.
    public func snapshot() -> [UInt8] {
        var snapshot = SnapshotWriter()
        snapshot.write(Self.format)
        snapshot.write(needs.signature)
        snapshot.write(day)
        for memory in measured { memory.write(to: &snapshot) }
        for memory in counted { memory.write(to: &snapshot) }
        for memory in shared { memory.write(to: &snapshot) }
        log.write(to: &snapshot)
        return snapshot.bytes
    }

    /// Takes up a past that was written for the same questions.
    public init(_ bytes: [UInt8], needs: HistoryNeeds) throws(HistorySnapshotError) {
        self.init(needs: needs)
        var snapshot = SnapshotReader(bytes)
        guard try snapshot.read(UInt64.self) == Self.format else { throw HistorySnapshotError(code: "malformed") }
        guard try snapshot.text() == needs.signature else { throw HistorySnapshotError(code: "other_questions") }
        day = HistoryDate(try snapshot.read()).day
        for (index, profile) in needs.profiles.enumerated() where profile.group == .measured {
            measured[places[index]] = try MeasuredMemory(
                levelCount: profile.keyCount, keepsMonths: needs.asksSlope(of: index), from: &snapshot)
        }
        for (index, profile) in needs.profiles.enumerated() where profile.group == .counted {
            counted[places[index]] = try CountedMemory(
                levelCount: profile.keyCount, reach: needs.reach(of: index), from: &snapshot)
        }
        for place in shared.indices { shared[place] = try SharedMemory(from: &snapshot) }
        log = try HistoryLog(from: &snapshot, profiles: needs.profiles)
        guard snapshot.isAtEnd else { throw HistorySnapshotError(code: "malformed") }
    }
}

extension HistoryNeeds {
    /// What is asked, as text: a past that was kept for other questions does not answer these.
    fileprivate var signature: String {
        needs.map { "\(profiles[$0.profile].name) \($0.function.rawValue) \($0.parameter)" }.joined(separator: "\n")
    }
}

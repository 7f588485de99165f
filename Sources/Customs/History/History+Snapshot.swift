extension History {
    private static let format: UInt64 = 0x3230_5453_4948_4949

    /// All that is remembered, with what waits for its day to pass; equal pasts give equal bytes.
    public func snapshot() -> [UInt8] {
        var snapshot = SnapshotWriter()
        snapshot.write(Self.format)
        snapshot.write(day)
        snapshot.write(UInt32(needs.profiles.count))
        for (index, profile) in needs.profiles.enumerated() {
            snapshot.write(needs.signature(of: index))
            switch profile.group {
            case .measured: measured[places[index]].write(to: &snapshot)
            case .counted: counted[places[index]].write(to: &snapshot)
            case .shared: shared[places[index]].write(to: &snapshot)
            }
        }
        log.write(to: &snapshot)
        return snapshot.bytes
    }

    /// Takes up a past that was written for these questions, or for more: what `needs` does not ask is left aside.
    public init(_ bytes: [UInt8], needs: HistoryNeeds) throws(HistorySnapshotError) {
        self.init(needs: needs)
        var snapshot = SnapshotReader(bytes)
        guard try snapshot.read(UInt64.self) == Self.format else { throw HistorySnapshotError(code: "malformed") }
        day = HistoryDate(try snapshot.read()).day
        var written: [WrittenProfile] = []
        for _ in 0..<(try snapshot.count(ofSize: 8)) {
            var profile = try WrittenProfile(try snapshot.text())
            profile.place = needs.profiles.indices.first { needs.signature(of: $0) == profile.signature }
            try take(profile, from: &snapshot)
            written.append(profile)
        }
        guard Set(written.compactMap(\.place)).count == needs.profiles.count else {
            throw HistorySnapshotError(code: "other_questions")
        }
        log = try HistoryLog(from: &snapshot, profiles: written)
        guard snapshot.isAtEnd else { throw HistorySnapshotError(code: "malformed") }
    }

    private mutating func take(
        _ profile: WrittenProfile, from snapshot: inout SnapshotReader
    ) throws(HistorySnapshotError) {
        switch profile.group {
        case .measured:
            let memory = try MeasuredMemory(
                levelCount: profile.keyCount, keepsMonths: profile.keepsMonths, from: &snapshot)
            if let place = profile.place { measured[places[place]] = memory }
        case .counted:
            let memory = try CountedMemory(levelCount: profile.keyCount, reach: profile.reach, from: &snapshot)
            if let place = profile.place { counted[places[place]] = memory }
        case .shared:
            let memory = try SharedMemory(from: &snapshot)
            if let place = profile.place { shared[places[place]] = memory }
        }
    }
}

/// A profile as a snapshot has it: what it keeps can be read without knowing who asked for it.
struct WrittenProfile {
    let signature: String
    let group: HistoryFunction.Group
    let keyCount: Int
    let keepsMonths: Bool
    let reach: Int
    /// Its place among the profiles that are asked for now; nil when nobody asks any more.
    var place: Int?

    private static let mostKeys = 100

    init(_ signature: String) throws(HistorySnapshotError) {
        let parts = signature.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 5, let group = HistoryFunction.Group(rawValue: String(parts[0])),
            let keyCount = Int(parts[1]), 1...Self.mostKeys ~= keyCount, group != .shared || keyCount == 2,
            let months = Int(parts[2]), 0...1 ~= months, let reach = Int(parts[3]), 0...100_000 ~= reach
        else { throw HistorySnapshotError(code: "malformed") }
        (self.signature, self.group, self.keyCount) = (signature, group, keyCount)
        (keepsMonths, self.reach) = (months == 1, reach)
    }
}

extension HistoryNeeds {
    /// What a profile keeps, as text: one that was kept otherwise does not answer.
    fileprivate func signature(of index: Int) -> String {
        let profile = profiles[index]
        return "\(profile.group.rawValue) \(profile.keyCount) \(asksSlope(of: index) ? 1 : 0) \(reach(of: index)) "
            + profile.name
    }
}

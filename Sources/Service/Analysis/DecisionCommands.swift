import Crypto
import Decisions
import JSON
import Platform
import Postgres

/// What the command line does with stored decisions.
public enum DecisionCommands {
    public struct Verdict: Sendable {
        struct Difference: Sendable {
            let decision: String
            let parts: [String]
        }
        public let decisions: Int
        /// With how many the draw was made again too, and with how many the learner's values.
        let drawn: Int
        let learned: Int
        let differences: [Difference]

        public var isGood: Bool { differences.isEmpty }

        public func text(json: Bool) -> String {
            if json {
                var writer = JSONWriter()
                writer.object { writer in
                    writer.member("identiques", isGood)
                    writer.member("decisions", decisions)
                    writer.member("tirages_refaits", drawn)
                    writer.member("valeurs_refaites", learned)
                    writer.key("differences")
                    writer.array { writer in
                        for difference in differences {
                            writer.object { writer in
                                writer.member("decision", difference.decision)
                                writer.member("parties", difference.parts)
                            }
                        }
                    }
                }
                return String(decoding: writer.finish(), as: UTF8.self)
            }
            let done =
                "\(decisions) décisions refaites, dont \(drawn) avec leur tirage et \(learned) avec leur apprentissage"
            if isGood { return "\(done) : toutes identiques." }
            return
                (["\(done) : \(differences.count) diffèrent."]
                + differences.map { "\($0.decision) : \($0.parts.joined(separator: ", "))" }).joined(separator: "\n")
        }
    }

    /// What of the stored decisions is to be made again.
    public enum Choice: Sendable {
        /// By its identifier, or that of its declaration.
        case one(String)
        case last(Int)
    }

    /// Makes decisions again from what was stored with them, with the key of their draw where it is at hand, and with
    /// the learner rebuilt to where it was.
    public static func replay(_ settings: ServiceSettings, _ choice: Choice) throws -> Verdict {
        let key = try DrawKeys.read(settings.drawKeys)
        return try CommandDatabase.use(settings) { database in
            let stored: [DecisionStore.Stored]
            switch choice {
            case .one(let text): stored = try await DecisionStore.decision(text, database.under(OfficeScope.all))
            case .last(let count): stored = try await DecisionStore.last(count, database.under(OfficeScope.all))
            }
            return try await replay(stored, key: key, database)
        }
    }

    private static func replay(
        _ stored: [DecisionStore.Stored], key: DrawKey?, _ database: Database
    ) async throws -> Verdict {
        var differences: [Verdict.Difference] = []
        var (drawn, learned) = (0, 0)
        for (chapter, decisions) in Dictionary(grouping: stored, by: \.chapter).sorted(by: { $0.key < $1.key }) {
            var learner: SegmentLearner?
            var events: ArraySlice<LearningEvent> = []
            for one in decisions.sorted(by: { ($0.learned, $0.id) < ($1.learned, $1.id) }) {
                let record = try DecisionRecord(parsing: one.record)
                var grown = learner ?? SegmentLearner(for: record.policy)
                // Learners only go forward, and decisions come in the order of what had been learned.
                while grown.sequence < record.learnedSequence {
                    if events.isEmpty {
                        events = try await PolicyStore.events(of: chapter, after: grown.sequence, database)[...]
                    }
                    guard let event = events.popFirst() else { break }
                    grown.apply(event)
                }
                learner = grown
                let again = record.replay(key: key, learner: grown)
                var parts = again.differences
                if record.jsonBytes() != one.record { parts.append("enregistrement") }
                (drawn, learned) = (drawn + (again.hasKey ? 1 : 0), learned + (again.hasLearner ? 1 : 0))
                if !parts.isEmpty { differences.append(.init(decision: one.id.description, parts: parts)) }
            }
        }
        return Verdict(decisions: stored.count, drawn: drawn, learned: learned, differences: differences)
    }
}

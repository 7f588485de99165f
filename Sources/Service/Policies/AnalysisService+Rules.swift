import Analysis
import Crypto
import Customs
import Decisions
import Platform
import Postgres
import Synchronization

extension AnalysisService {
    /// Reads what is in force now, without using it.
    func newRules(_ packs: [String: FeatureSet]) async throws -> Rules {
        // Taken before reading: whoever begins later sees at least as much.
        let ticket = readings.add(1, ordering: .relaxed).newValue
        let versions = try await PolicyVersionStore.inForce(database)
        let active = try await CriterionStore.active(database)
        let lists = try await ControlListStore.inForce(database)
        var source = CriteriaInForce.Source()
        source.criteria = active.map { ($0.criterion, $0.number) }
        source.lists = lists.lists
        if !active.isEmpty || !lists.lists.isEmpty {
            let state = active.map { "\($0.criterion.code)/\($0.number)" }.joined(separator: " ") + lists.state
            source.version = "c-" + SHA256.hash(Array(state.utf8)).hexadecimal.prefix(12)
        }
        let index = try? vault.personIndex()
        let day = Int32(clamping: Self.today.daysSinceEpoch)
        return try await pool.run { [source] in
            Rules(ticket: ticket, versions, source, index, packs: packs, on: day)
        }
    }

    /// Requests that begin from now on are decided under what is in force now.
    func readRules() async throws {
        guard let running = try? loaded() else { return }
        let rules = try await newRules(running.office.packs.sets)
        running.withLive { $0.use(rules) }
    }

    /// After a change of what is in force. The change stands whatever happens here; its NOTIFY is on its way.
    func heedChange() async {
        do { try await readRules() } catch {
            Log.shared.warn("rules.unread", "What was changed could not be read at once") {
                $0.add("error", error.operatorMessage)
            }
        }
    }
}

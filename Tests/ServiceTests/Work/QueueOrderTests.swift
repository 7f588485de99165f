import Decisions
import HTTP
import JSON
import Platform
import TestKit
import Testing

@testable import Service

/// The order that PostgreSQL gives is `QueueOrder`'s, to the last file.
@Suite struct QueueOrderTests {
    private static let shared = Result { try AnalysingService(models: "/nonexistent") }

    private struct File {
        let file: WaitingFile
        let number: String
        let received: Timestamp

        func waiting(at instant: Timestamp) -> WaitingFile {
            WaitingFile(
                id: file.id, probability: file.probability, duties: file.duties, lane: file.lane,
                isMandatory: file.isMandatory,
                age: Double(instant.microseconds - received.microseconds) / 3_600_000_000, minutes: file.minutes)
        }
    }

    /// Waiting files of an office of their own, put into the database as they are.
    private func files(_ office: String, _ count: Int, seed: UInt64) throws -> [File] {
        let service = try Self.shared.get()
        var random = SeededGenerator(seed: seed)
        let instant = Timestamp.now().microseconds
        let policy = try #require(try service.value("SELECT version FROM policies LIMIT 1"))
        var files: [File] = []
        var sql = "SET CONSTRAINTS ALL DEFERRED; "
        for place in 0..<count {
            let (id, prediction, decision) = (UUIDv7.make(), UUIDv7.make(), UUIDv7.make())
            let lane = Lane.allCases[Int.random(in: 0...2, using: &random)]
            let isSettled = Int.random(in: 0..<10, using: &random) == 0
            let isMandatory = Int.random(in: 0..<6, using: &random) == 0
            let probability =
                Int.random(in: 0..<8, using: &random) == 0 ? nil : Double.random(in: 0...1, using: &random)
            // Equal ones too: then age and identifier decide.
            let duties = Double(Int.random(in: 0..<12, using: &random) * 250_000)
            let minutesAgo = Int64(Int.random(in: 0..<(36 * 4), using: &random) * 15)
            let received = instant - minutesAgo * 60_000_000
            let moment = Timestamp(microseconds: received).rfc3339(.microseconds)
            let lanes = isMandatory ? "[\"fraude\"]" : "[\"zone_grise\",\"fraude\"]"
            sql += """
                INSERT INTO declarations (id, annee, bureau, numero, empreinte, contenu, nb_articles, droits, source, statut,
                    voie, probabilite, decision_id, recue_le) VALUES ('\(id)', 2026, '\(office)', '\(place)',
                    decode(repeat('00', 32), 'hex'), '{}', 1, \(duties), 'api', '\(isSettled ? "traitee" : "analysee")',
                    '\(lane.rawValue)', \(probability.map { "\($0)" } ?? "NULL"), '\(decision)', '\(moment)');
                INSERT INTO predictions (id, declaration_id, declaration_version, bureau, silence, reponse, duree_ms)
                    VALUES ('\(prediction)', '\(id)', 1, '\(office)', 'sans_modele', '{}', 1);
                INSERT INTO decisions (id, declaration_id, declaration_version, prediction_id, bureau, chapitre, voie, mode,
                    exploratoire, strate, politique, epoque, appris, jour, enregistrement, prise_le)
                    VALUES ('\(decision)', '\(id)', 1, '\(prediction)', '\(office)', '30', '\(lane.rawValue)', 'champion',
                    false, \(place % 7 == 0), '\(policy)', 1, 0, '2026-01-01', '{"voies_permises":\(lanes)}', '\(moment)');

                """
            guard lane != .conforme, !isSettled else { continue }
            let file = WaitingFile(
                id: id.description, probability: probability, duties: duties, lane: lane, isMandatory: isMandatory,
                age: 0, minutes: WorkRules.expectedMinutes(lane))
            files.append(
                File(file: file, number: "2026/\(office)/\(place)", received: Timestamp(microseconds: received)))
        }
        try service.value(sql)
        return files
    }

    private func token(_ office: String) throws -> String {
        try Self.shared.get().service.token(.inspector, bureau: office)
    }

    /// All numbers, page by page, and the moment at which the first page looked.
    private func listed(_ office: String, limit: Int, _ more: String = "") throws -> (numbers: [String], Timestamp?) {
        let service = try Self.shared.get()
        var (numbers, cursor): ([String], String?) = ([], nil)
        var instant: Timestamp?
        repeat {
            let from = cursor.map { "&cursor=\($0)" } ?? ""
            let (status, page) = try service.ask("GET", "/api/v2/queue?limit=\(limit)\(more)\(from)", token(office))
            try #require(status == 200, "\(page)")
            numbers += (page["data"]?.array ?? []).compactMap { $0["numero_declaration"]?.string }
            cursor = page["page"]?["next_cursor"]?.string
            instant = cursor.flatMap { QueueQuery.Cursor($0) }?.moment.instant ?? instant
        } while cursor != nil
        return (numbers, instant)
    }

    @Test(arguments: [("21A", 400, 200, UInt64(1)), ("22A", 150, 7, 2), ("23A", 60, 1, 3)])
    func pagesAreInTheOrderOfQueueOrder(_ office: String, _ count: Int, _ limit: Int, _ seed: UInt64) throws {
        let files = try files(office, count, seed: seed)
        let (found, instant) = try listed(office, limit: limit)
        let moment = try #require(instant)
        let byID = Dictionary(uniqueKeysWithValues: files.map { ($0.file.id, $0.number) })
        let ordered = WorkRules.standard.order.ordered(files.map { $0.waiting(at: moment) })
        #expect(found == ordered.compactMap { byID[$0.id] })
        // All three bands are there, or the test says little.
        #expect(files.contains { $0.file.isMandatory } && ordered.contains { $0.age >= 24 })
        #expect(ordered.contains { $0.age < 24 && !$0.isMandatory })
    }

    @Test func lanesAndChaptersAreFiltered() throws {
        let files = try files("24A", 80, seed: 4)
        let expected = files.filter { $0.file.lane == .fraude }.map(\.number)
        #expect(try Set(listed("24A", limit: 5, "&voie=fraude").numbers) == Set(expected))
        #expect(try listed("24A", limit: 50, "&chapitre=30").numbers.isEmpty)
        let service = try Self.shared.get()
        for wrong in ["voie=conforme", "limit=0", "limit=201", "autre=1", "cursor=x", "attribution=x"] {
            #expect(try service.ask("GET", "/api/v2/queue?\(wrong)").status == 422, "\(wrong)")
        }
        #expect(try listed("25A", limit: 50, "&bureau=24A").numbers.isEmpty)
    }

    /// What was drawn changes nothing in what an inspector gets.
    @Test func theRandomStratumLooksLikeAllOthers() throws {
        _ = try files("26A", 60, seed: 5)
        let service = try Self.shared.get()
        func answer() throws -> String {
            let (_, page) = try service.ask("GET", "/api/v2/queue?limit=200", token("26A"))
            let lines = (page["data"]?.array ?? []).map { line in
                (line.members ?? []).filter { $0.name != "attente_heures" }.map { "\($0.name)=\($0.value)" }.joined()
            }
            return lines.joined(separator: "\n")
        }
        let before = try answer()
        #expect(!before.isEmpty)
        try service.value(
            """
            ALTER TABLE decisions DISABLE TRIGGER decisions_final;
            UPDATE decisions SET strate = NOT strate, exploratoire = NOT exploratoire WHERE bureau = '26A';
            ALTER TABLE decisions ENABLE TRIGGER decisions_final
            """)
        #expect(try answer() == before)
    }
}

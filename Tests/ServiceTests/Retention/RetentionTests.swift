import Crypto
import Customs
import Decisions
import JSON
import Platform
import Postgres
import TestKit
import Testing

@testable import Service

@Suite(.serialized) struct RetentionTests {
    /// Tables whose rows hang on a declaration, and how they say so.
    private static let dependants = [
        "articles", "parties", "provenances", "declaration_versions", "predictions", "decisions", "outcomes",
        "feedbacks", "attributions", "history_log", "proces_verbaux_declarations",
    ]

    private func upload(_ rows: Range<Int>, _ office: AnalysingService) throws -> [String] {
        let (status, value) = try office.upload(ImaginedWorld.made.get().file(rows))
        try #require(status == 201, "\(value)")
        return (value["declarations"]?.array ?? []).compactMap { $0["numero_declaration"]?.string }
    }

    @Test func nothingGoesBeforeItsTime() throws {
        let office = try AnalysingService(models: ImaginedWorld.made.get().models)
        defer { office.service.stop() }
        let aged = AgedDatabase(office)
        let numbers = try upload(0..<10, office)
        try aged.age(months: 59)
        #expect(try aged.purge()?.parts == 0)
        #expect(try aged.numbers == numbers.sorted())
        try aged.age(months: 61)
        #expect(try aged.purge()?.counts["declarations"] == numbers.count)
        #expect(try aged.numbers.isEmpty && aged.isWhole())
    }

    /// What somebody has in hand, has judged lately, holds or is about to sign stays; all else goes, without a rest.
    @Test func whatHasExpiredGoesAndNothingElse() throws {
        let act = try ActOffice()
        defer { act.service.stop() }
        let aged = AgedDatabase(act.office)
        let all = try aged.numbers
        let (open, judged, closed) = (act.numbers[0], act.numbers[1], act.numbers[2])
        let others = try aged.list(
            """
            SELECT numero_declaration FROM declarations d WHERE bureau <> '\(act.bureau)' AND NOT EXISTS (
                SELECT FROM parties q JOIN parties r USING (personne_id) JOIN declarations c ON c.id = r.declaration_id
                WHERE q.declaration_id = d.id AND c.numero_declaration = '\(closed)')
            """)
        try #require(others.count > 2)
        let (taken, held) = (others[0], others[1])
        try #require(act.draw([open]).status == 201)
        try act.judge(judged)
        try aged.tamper("feedbacks", "UPDATE feedbacks SET donne_le = now() + interval '60 months'")
        let drawn = try act.draw([closed])
        let pv = try #require(drawn.value["id"]?.string)
        let ended = try act.ask(
            "POST", "/api/v2/pv/\(pv)/annulation", as: act.first, .inspector, ["motif": "établi par erreur ce matin"])
        try #require(ended.status == 200, "\(ended.value)")
        try aged.value(
            """
            INSERT INTO attributions (id, declaration_id, bureau, user_id, expire_le)
            SELECT gen_random_uuid(), id, bureau, gen_random_uuid(), now() + interval '62 months' FROM declarations
            WHERE numero_declaration = '\(taken)'
            """)
        try aged.value(
            """
            INSERT INTO personnes_conservations (id, personne_id, motif_scelle, posee_par)
            SELECT gen_random_uuid(), importateur, '', 'essai' FROM declarations WHERE numero_declaration = '\(held)'
            """)
        let kept = try aged.list(
            """
            SELECT numero_declaration FROM declarations d WHERE numero_declaration IN ('\(open)', '\(judged)', '\(taken)')
                OR EXISTS (SELECT FROM parties q JOIN personnes_conservations c USING (personne_id)
                    WHERE q.declaration_id = d.id AND c.levee_le IS NULL)
            """)
        #expect(kept.contains(held) && !kept.contains(closed))
        try aged.age(months: 61)
        let features = try aged.value("SELECT count(*) FROM features")
        #expect(features != "0")
        let events = try aged.value("SELECT count(*) FROM audit_events")
        let summary = try #require(try aged.purge())
        #expect(summary.counts["declarations"] == all.count - kept.count && summary.counts["proces_verbaux"] == 1)
        #expect(try aged.numbers == kept)
        for table in Self.dependants {
            let orphans = try aged.value(
                "SELECT count(*) FROM \(table) t WHERE NOT EXISTS (SELECT FROM declarations d WHERE d.id = t.declaration_id)"
            )
            #expect(orphans == "0", "\(table)")
        }
        #expect(
            try aged.value(
                """
                SELECT (SELECT count(*) FROM features) = (SELECT count(*) FROM predictions WHERE modele IS NOT NULL)
                    AND NOT EXISTS (SELECT FROM features f WHERE NOT EXISTS (
                        SELECT FROM predictions p WHERE p.id = f.prediction_id))
                """) == "t")
        // Whoever nobody names any more is gone, and nobody else.
        #expect(
            try aged.value(
                """
                SELECT count(*) FROM personnes p WHERE NOT EXISTS (SELECT FROM parties q WHERE q.personne_id = p.id)
                    AND NOT EXISTS (SELECT FROM users u WHERE u.personne_id = p.id)
                    AND NOT EXISTS (SELECT FROM proces_verbaux_declarations v WHERE v.personne_id = p.id)
                """) == "0")
        // The number of the act is not given again.
        #expect(try aged.value("SELECT count(*) FROM proces_verbaux") == "1")
        #expect(try aged.value("SELECT numero || etat FROM proces_verbaux_purges") == "2annule")
        #expect(
            try aged.value("SELECT count(*) FROM audit_events WHERE evenement = 'retention.purge'")
                == String(summary.parts))
        #expect(try aged.value("SELECT count(*) - \(summary.parts) FROM audit_events") == events)
        #expect(try aged.isWhole())
        // What is kept is read as before.
        #expect(try act.office.ask("GET", "/api/v2/declarations/\(judged)?contributions=toutes").status == 200)
    }

    @Test func tombstonesProveWhatWasDecided() throws {
        let office = try AnalysingService(models: ImaginedWorld.made.get().models)
        defer { office.service.stop() }
        let aged = AgedDatabase(office)
        let numbers = try upload(0..<12, office)
        // One that was corrected has two versions, each with its decision.
        let patch = try office.service.ask(
            "PATCH", "/api/v2/declarations/\(numbers[0])",
            ["Authorization": "Bearer \(office.inspector)", "Content-Type": "application/json", "If-Match": "*"],
            body: Array(#"{"ninea":"007654321"}"#.utf8), patience: .seconds(60))
        try #require(patch.status == 200, "\(patch.text)")
        let versions = numbers.count + 1
        let decided = try aged.list(
            "SELECT x.id || ':' || x.voie || ':' || encode(sha256(convert_to(enregistrement, 'UTF8')), 'hex') FROM decisions x"
        )
        try #require(decided.count == versions)
        let learned = try aged.value(
            "SELECT coalesce(string_agg(contenu, '' ORDER BY chapitre, sequence), '') FROM bandit_events")
        try aged.age(months: 61)
        try aged.purge()
        #expect(
            try aged.list("SELECT id || ':' || voie || ':' || encode(empreinte, 'hex') FROM decisions_purgees")
                == decided)
        // As the decision's own event has it.
        #expect(
            try aged.value(
                """
                SELECT count(*) FROM decisions_purgees x JOIN audit_events e ON e.evenement LIKE 'declaration.%'
                    AND e.canonical::jsonb #>> '{details,decision}' = x.id::text
                    AND e.canonical::jsonb #>> '{details,empreinte_decision}' = encode(x.empreinte, 'hex')
                """) == String(versions))
        #expect(
            try aged.value(
                "SELECT coalesce(string_agg(contenu, '' ORDER BY chapitre, sequence), '') FROM bandit_events")
                == learned)
        // Each event has the hash over its tombstones' lines.
        let purges = try aged.list("SELECT numero FROM purges WHERE genre = 'declarations'")
        #expect(purges.count == 2)
        for purge in purges {
            let lines = try aged.value(
                """
                SELECT string_agg(l, chr(10)) FROM (
                    SELECT 'declaration ' || numero_declaration || ' ' || encode(empreinte, 'hex') AS l
                        FROM declarations_purgees WHERE purge = \(purge)
                    UNION ALL SELECT concat_ws(' ', 'decision', x.id, voie, jour, encode(x.empreinte, 'hex'),
                        encode(empreinte_declaration, 'hex'))
                        FROM decisions_purgees x JOIN declarations_purgees d ON d.id = declaration_id WHERE purge = \(purge)) t
                """)
            let sorted = (lines ?? "").split(separator: "\n").map { Array($0.utf8) }
                .sorted { $0.lexicographicallyPrecedes($1) }
            let told = try aged.value(
                "SELECT canonical::jsonb #>> '{details,empreinte}' FROM audit_events WHERE objet = 'purge:\(purge)'")
            #expect(told == SHA256.hash(Array(sorted.joined(separator: [0x0a]))).hexadecimal)
        }
        #expect(try aged.isWhole())
    }

    /// A purge that stops anywhere goes on from there; one that fails leaves nothing behind.
    @Test func aPurgeThatStoppedGoesOn() throws {
        struct Failure: Error {}
        let office = try AnalysingService(models: ImaginedWorld.made.get().models)
        defer { office.service.stop() }
        let aged = AgedDatabase(office)
        let numbers = try upload(0..<30, office)
        try aged.age(months: 61)
        let first = try #require(try aged.purge(atOnce: 7, parts: 3))
        // Acts had nothing; then two parts of declarations.
        #expect(first.counts["declarations"] == 14)
        let left = try aged.numbers
        #expect(left.count == numbers.count - 14)
        #expect(throws: Failure.self) {
            try aged.use { retention in
                try await retention.database.transaction { transaction in
                    let step = try await RetentionStore.purge(.declarations, after: nil, count: 5, transaction)
                    #expect(step?.number != nil)
                    throw Failure()
                }
            }
        }
        #expect(try aged.numbers == left)
        #expect(try aged.purge()?.counts["declarations"] == left.count)
        #expect(try aged.numbers.isEmpty && aged.isWhole())
        #expect(
            try aged.value("SELECT count(*) FROM declarations_purgees") == String(numbers.count))
        #expect(try aged.purge()?.parts == 0)
    }

    /// Two at once take turns: whoever comes second is told.
    @Test func onlyOnePurgesAtATime() throws {
        let office = try AnalysingService(models: ImaginedWorld.made.get().models)
        defer { office.service.stop() }
        let aged = AgedDatabase(office)
        _ = try upload(0..<10, office)
        try aged.age(months: 61)
        let outcome = try aged.use { retention in
            try await retention.database.transaction { transaction -> (Bool, Bool) in
                let mine = try await RetentionStore.purge(.acts, after: nil, count: 5, transaction)
                let theirs = try await retention.step(.declarations, after: nil, count: 5, by: AgedDatabase.actor)
                return (mine != nil, theirs != nil)
            }
        }
        #expect(outcome == (true, false))
    }

    /// The files of documents that nothing names any more leave the disk; sent again, they are kept again.
    @Test func filesLeaveTheDisk() throws {
        let office = try AnalysingService(models: ImaginedWorld.made.get().models)
        defer { office.service.stop() }
        let aged = AgedDatabase(office)
        let first = try upload(0..<6, office)
        let second = try upload(6..<12, office)
        let documents = try aged.settings().documents
        #expect(try StoredFiles.all(in: documents).count == 2)
        // One of the first file's declarations is in hand: its document stays.
        try aged.value(
            """
            INSERT INTO attributions (id, declaration_id, bureau, user_id, expire_le)
            SELECT gen_random_uuid(), id, bureau, gen_random_uuid(), now() + interval '62 months' FROM declarations
            WHERE numero_declaration = '\(first[0])'
            """)
        try aged.age(months: 61)
        let summary = try #require(try aged.purge())
        #expect(summary.counts["documents"] == 1 && summary.files == 1)
        #expect(try aged.numbers == [first[0]])
        #expect(try StoredFiles.all(in: documents).count == 1)
        #expect(try aged.value("SELECT count(*) FROM fichiers_a_effacer") == "0")
        let again = try office.upload(ImaginedWorld.made.get().file(6..<12))
        #expect(again.value["statistiques"]?["rejetees"]?.int == second.count, "\(again.value)")
        #expect(Set((again.value["rejets"]?.array ?? []).compactMap { $0["code"]?.string }) == ["declaration_purgee"])
        #expect(try StoredFiles.all(in: documents).count == 2)
    }

    /// A file whose content came back before it was removed stays.
    @Test func aFileThatCameBackStays() throws {
        let office = try AnalysingService(models: ImaginedWorld.made.get().models)
        defer { office.service.stop() }
        let aged = AgedDatabase(office)
        _ = try upload(0..<3, office)
        // Interrupted between the purge and the disk.
        try aged.value("INSERT INTO fichiers_a_effacer SELECT empreinte FROM documents")
        try #expect(aged.use { try await $0.files.remove() } == 0)
        #expect(try StoredFiles.all(in: aged.settings().documents).count == 1)
        #expect(try aged.value("SELECT count(*) FROM fichiers_a_effacer") == "0")
    }

    /// The past of instances that run becomes what one that starts would make of the log.
    @Test func thePastBecomesThatOfARebuild() throws {
        let world = try ImaginedWorld.made.get()
        let one = try AnalysingService(models: world.models)
        let two = try AnalysingService(models: world.models, like: one)
        defer {
            one.service.stop()
            two.service.stop()
        }
        let aged = AgedDatabase(one)
        let first = try upload(0..<20, one)
        _ = try upload(20..<40, two)
        for number in first.prefix(5) {
            let verdict: JSONValue = [
                "user_decision": "fraude", "evidence": "physique", "montant_redresse": 2_000_000,
                "justification": "contrôle entier de la marchandise",
            ]
            try #require(one.ask("POST", "/api/v2/declarations/\(number)/feedback", json: verdict).status == 201)
        }
        // These stay.
        try aged.tamper(
            "declarations",
            "UPDATE declarations SET recue_le = now() + interval '60 months' WHERE numero_declaration IN ('\(first[0])', '\(first[9])')"
        )
        let before = try pasts(one)
        let learned = try learners(one)
        try aged.age(months: 61)
        try aged.purge()
        #expect(try aged.numbers == [first[0], first[9]].sorted())
        let again = try AnalysingService(models: world.models, like: one)
        defer { again.service.stop() }
        let rebuilt = try pasts(again)
        #expect(rebuilt != before)
        let deadline = Instant.now() + .seconds(30)
        while try pasts(one) != rebuilt || pasts(two) != rebuilt, Instant.now() < deadline { Pause.milliseconds(50) }
        #expect(try pasts(one) == rebuilt && pasts(two) == rebuilt)
        #expect(try learners(one) == learned && learners(again) == learned)
    }

    private func learners(_ office: AnalysingService) throws -> [String: Int] {
        try office.service.service.analysis.loaded().withLive { $0.learners.mapValues(\.sequence) }
    }

    private func pasts(_ office: AnalysingService) throws -> [[UInt8]] {
        try office.service.service.analysis.loaded().withLive { live in
            live.advance(to: Int32(AnalysisService.today.daysSinceEpoch + 1))
            return live.pasts.map { $0.history.snapshot() }
        }
    }
}

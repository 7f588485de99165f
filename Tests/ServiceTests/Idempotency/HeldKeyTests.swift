import Crypto
import JSON
import Platform
import TestKit
import Testing

@testable import Service

/// What is done under an `Idempotency-Key` is done with its answer, or not at all.
@Suite(.serialized) struct HeldKeyTests {
    /// Something that somebody asks to be done, and how often it was.
    private struct Deed {
        let name: String
        let path: String
        let token: String
        let body: JSONValue
        /// Rows that each time adds one to.
        let rows: String
    }

    private static func deeds(_ office: ActOffice) throws -> [Deed] {
        let (numbers, first) = (office.numbers, office.token(office.first))
        let doubt: JSONValue = ["user_decision": "zone_grise", "justification": "un second avis est demandé"]
        let chapter = try office.office.value(
            "SELECT chapitre FROM declarations WHERE numero_declaration = '\(numbers[1])'")
        let named = JSONValue.object(
            (doubt.members ?? []) + [.init("numero_declaration", .string(numbers[1]))])
        let act: JSONValue = ["declarations": [.string(numbers[2])], "second_agent": "moussa"]
        let criterion: JSONValue = [
            "code": "cle", "phrase": "Une valeur de plus de mille francs", "proprietaire": "Bureau du ciblage",
            "base_legale": "Code des douanes, art. 97", "formule": "valeur_caf > 1000", "action": "conseil",
            "chapitres": ["tous"], "valide_du": "2026-01-01", "valide_au": "2030-12-31",
        ]
        let list: JSONValue = [
            "code": "origines", "phrase": "L'origine est surveillée", "cle": "origine", "action": "conseil",
        ]
        let entry: JSONValue = [
            "valeur": "CN", "valide_du": "2026-01-01", "valide_au": "2030-12-31", "motif": "un motif assez long",
        ]
        try #require(
            try office.office.ask("POST", "/ml/policies/listes", office.office.expert, json: list).status == 201)
        let waiting = try #require(
            try office.office.value(
                "SELECT numero_declaration FROM declarations WHERE bureau = '\(office.bureau)' AND voie <> 'conforme' ORDER BY id DESC LIMIT 1"
            ))
        return [
            Deed(
                name: "verdict", path: "/api/v2/declarations/\(numbers[0])/feedback", token: first, body: doubt,
                rows: "feedbacks"),
            Deed(
                name: "verdict du chapitre", path: "/predict/\(chapter ?? "")/rl/feedback", token: first, body: named,
                rows: "feedbacks"),
            Deed(name: "pv", path: "/api/v2/pv", token: first, body: act, rows: "proces_verbaux"),
            Deed(
                name: "prise", path: "/api/v2/queue/\(waiting)/claim", token: first, body: ["minutes": 20],
                rows: "attributions"),
            Deed(name: "suivant", path: "/api/v2/queue/next", token: first, body: [:], rows: "attributions"),
            Deed(
                name: "critère", path: "/ml/policies/criteres", token: office.office.expert, body: criterion,
                rows: "criteria"),
            Deed(
                name: "entrée", path: "/ml/policies/listes/origines/entrees", token: office.office.expert, body: entry,
                rows: "control_list_entries"),
        ]
    }

    private static func send(_ deed: Deed, _ office: ActOffice, key: String) throws -> RawResponse {
        try office.service.ask(
            "POST", deed.path,
            [
                "Authorization": "Bearer \(deed.token)", "Content-Type": "application/json", "Idempotency-Key": key,
            ], body: deed.body.jsonBytes(), patience: .seconds(60))
    }

    /// As if the program ended between what is done and the answer that is kept: whatever stands in the way of the one
    /// takes the other back.
    private static func breaking(
        _ change: String, _ office: ActOffice, _ body: () throws -> Void
    ) throws {
        try office.office.value(
            """
            CREATE FUNCTION panne() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \(change) END $$;
            CREATE TRIGGER panne BEFORE UPDATE ON idempotency_keys FOR EACH ROW
                WHEN (NEW.statut IS NOT NULL) EXECUTE FUNCTION panne()
            """)
        try body()
        try office.office.value("DROP FUNCTION panne CASCADE")
    }

    @Test func actAndAnswerAreThereTogetherOrNotAtAll() throws {
        let office = try ActOffice()
        defer { office.service.stop() }
        func count(_ deed: Deed) throws -> String? { try office.office.value("SELECT count(*) FROM \(deed.rows)") }
        func events() throws -> String? { try office.office.value("SELECT count(*) FROM audit_events") }
        for deed in try Self.deeds(office) {
            let (before, trail, key) = (try count(deed), try events(), "\(UUIDv7.make())")
            try Self.breaking("RAISE EXCEPTION 'panne';", office) {
                let failed = try Self.send(deed, office, key: key)
                #expect(failed.status >= 500, "\(deed.name) \(failed.text)")
            }
            #expect(try count(deed) == before && events() == trail, "\(deed.name)")
            // Somebody else has taken the key over: nothing is done beside them.
            try Self.breaking("RETURN NULL;", office) {
                let late = try Self.send(deed, office, key: key)
                #expect(late.status == 409 && late.value("Retry-After") == "2", "\(deed.name) \(late.text)")
            }
            #expect(try count(deed) == before && events() == trail, "\(deed.name)")
            let done = try Self.send(deed, office, key: key)
            try #require(done.status == 200 || done.status == 201, "\(deed.name) \(done.text)")
            #expect(done.value("Idempotency-Replayed") == nil)
            let after = try count(deed)
            #expect(after != before)
            // Whoever did not hear of it asks again.
            let again = try Self.send(deed, office, key: key)
            #expect(again.status == done.status && again.body == done.body, "\(deed.name)")
            #expect(again.value("Idempotency-Replayed") == "true" && again.value("Location") == done.value("Location"))
            #expect(try count(deed) == after)
            let stored = try office.office.value(
                "SELECT count(*) FROM idempotency_keys WHERE cle = '\(key)' AND statut IS NOT NULL")
            #expect(stored == "1", "\(deed.name)")
        }
    }

    /// Without the act's own transaction a doubt that was answered, and whose answer was lost, would be said twice.
    @Test func aDoubtIsSaidOnce() throws {
        let office = try ActOffice()
        defer { office.service.stop() }
        let deed = try Self.deeds(office)[0]
        let first = try Self.send(deed, office, key: "doute")
        // The lease of whoever answered is over, as after a crash.
        try office.office.value("UPDATE idempotency_keys SET cree_le = cree_le - interval '1 hour'")
        let again = try Self.send(deed, office, key: "doute")
        #expect(first.status == 201 && again.body == first.body)
        #expect(try office.office.value("SELECT count(*) FROM feedbacks") == "1")
        // Without a key it may be said as often as one likes.
        #expect(
            try office.office.ask("POST", deed.path, deed.token, json: deed.body).status == 201)
        #expect(try office.office.value("SELECT count(*) FROM feedbacks") == "2")
    }

    @Test func whoHasLostAKeyTouchesItNoMore() async throws {
        let office = try DeclarationRoutesTests.shared.get()
        let database = office.service.service.analysis.database
        let key = IdempotencyStore.Key(user: .make(), route: "POST /essai", text: "une")
        let content = SHA256.hash(Array("contenu".utf8))
        let first = try #require(try await IdempotencyStore.claim(key, content, database))
        #expect(try await IdempotencyStore.claim(key, content, database) == nil)
        try office.value("UPDATE idempotency_keys SET bail_jusqua = now() - interval '1 s' WHERE cle = 'une'")
        let second = try #require(try await IdempotencyStore.claim(key, content, database))
        #expect(second.taken > first.taken)
        let answer = IdempotencyStore.Stored(status: 201, location: nil, sealed: [1])
        #expect(try await !IdempotencyStore.store(answer, under: first, database))
        try await IdempotencyStore.forget(first, database)
        try office.value("UPDATE idempotency_keys SET bail_jusqua = now() - interval '1 s' WHERE cle = 'une'")
        try await IdempotencyStore.renew(first, database)
        #expect(try office.value("SELECT bail_jusqua < now() FROM idempotency_keys WHERE cle = 'une'") == "t")
        #expect(try await IdempotencyStore.store(answer, under: second, database))
        // What was answered stays as it was answered.
        #expect(try await !IdempotencyStore.store(answer, under: second, database))
        try await IdempotencyStore.forget(second, database)
        #expect(try await IdempotencyStore.find(key, database)?.answer?.status == 201)
    }
}

import JSON
import Platform
import Testing

@testable import Service
@testable import TestKit

@Suite struct IdempotencyTests {
    private let office: AnalysingService
    init() throws { office = try DeclarationRoutesTests.shared.get() }

    private func post(_ body: String, key: String, as token: String? = nil) throws -> RawResponse {
        try post("/api/v2/declarations", body, key: key, as: token)
    }

    private func post(
        _ path: String, _ body: String, key: String, as token: String? = nil
    ) throws -> RawResponse {
        try office.service.ask(
            "POST", path,
            [
                "Authorization": "Bearer \(token ?? office.inspector)", "Content-Type": "application/json",
                "Idempotency-Key": key,
            ], body: Array(body.utf8), patience: .seconds(60))
    }

    private func declaration(_ number: String, value: Int = 5) -> String {
        """
        {"annee":"2026","bureau":"18N","numero":"\(number)","articles":[{"code_sh":"3004900000","pays_origine":"FR",
        "poids_net":1,"valeur_caf":\(value)}]}
        """
    }

    @Test func theSameKeyAndBodyReceiveTheSameAnswer() throws {
        let key = "\(UUIDv7.make())"
        let first = try post(declaration("66001"), key: key)
        try #require(first.status == 201, "\(first.text)")
        #expect(first.value("Idempotency-Replayed") == nil)
        // Members in another order, and blanks, are the same.
        let again = try post(
            """
            { "bureau":"18N", "annee":"2026", "numero":"66001", "articles":[{"pays_origine":"FR","code_sh":"3004900000",
            "poids_net":1,"valeur_caf":5}] }
            """, key: key)
        #expect(again.status == 201 && again.body == first.body && again.value("Idempotency-Replayed") == "true")
        let other = try post(declaration("66002"), key: key)
        #expect(other.status == 422)
        #expect(try JSONValue(parsing: other.body)["errors"]?[0]?["code"] == "idempotency_key_reused")
        #expect(try office.ask("GET", "/api/v2/declarations/2026/18N/66002").status == 404)
        #expect(try post("/api/v2/declarations?contributions=toutes", declaration("66001"), key: key).status == 422)
        // Keys are each account's own, and each route's.
        #expect(try post(declaration("66003"), key: key, as: office.service.token(.inspector)).status == 201)
        #expect(try post("/predict/30/declarations", declaration("66004"), key: key).status == 201)
        // Without a key the number speaks for itself.
        #expect(try post("/predict/30/declarations", declaration("66004"), key: "autre").status == 200)
        // What is stored is sealed.
        #expect(
            try office.value(
                """
                SELECT count(*) FROM idempotency_keys WHERE cle = '\(key)' AND strpos(encode(reponse, 'escape'), '66001') > 0
                """) == "0")
    }

    @Test func whatFailedMayBeTriedAgain() throws {
        let key = "\(UUIDv7.make())"
        #expect(try post("{\"annee\":\"2026\"}", key: key).status == 422)
        #expect(try post(declaration("66010"), key: key).status == 201)
    }

    @Test func whileTheFirstIsAnsweredTheOthersWait() throws {
        let key = "\(UUIDv7.make())"
        let user = UUIDv7.make()
        let token = office.service.token(.inspector, user: user, bureau: nil)
        try office.value(
            """
            INSERT INTO idempotency_keys (user_id, route, cle, empreinte, bail_jusqua)
            SELECT '\(user)', 'POST /api/v2/declarations', '\(key)', empreinte, now() + interval '1 hour'
            FROM idempotency_keys LIMIT 0;
            INSERT INTO idempotency_keys (user_id, route, cle, empreinte, bail_jusqua)
            VALUES ('\(user)', 'POST /api/v2/declarations', '\(key)', sha256('x'), now() + interval '1 hour')
            """)
        // Another body than the one that is being answered.
        #expect(try post(declaration("66020"), key: key, as: token).status == 422)
        // Nobody answers it any more, but it is another's.
        try office.value("UPDATE idempotency_keys SET bail_jusqua = now() - interval '1 s' WHERE cle = '\(key)'")
        #expect(try post(declaration("66020"), key: key, as: token).status == 422)
        try office.value("UPDATE idempotency_keys SET cree_le = now() - interval '25 hours' WHERE cle = '\(key)'")
        #expect(try post(declaration("66020"), key: key, as: token).status == 201)
        // As if the answer were not known yet.
        try office.value(
            """
            UPDATE idempotency_keys SET statut = NULL, reponse = NULL, bail_jusqua = now() + interval '1 hour'
            WHERE cle = '\(key)'
            """)
        let waits = try post(declaration("66020"), key: key, as: token)
        #expect(waits.status == 409 && waits.value("Retry-After") == "2")
        // Whoever was answering is gone.
        try office.value("UPDATE idempotency_keys SET bail_jusqua = now() - interval '1 s' WHERE cle = '\(key)'")
        #expect(try post(declaration("66020"), key: key, as: token).status == 200)
    }

    @Test func ofManyAtOnceOneActs() async throws {
        let key = "\(UUIDv7.make())"
        let found = try await withThrowingTaskGroup(of: RawResponse.self) { tasks in
            for _ in 0..<8 {
                tasks.addTask(executorPreference: BlockingThread()) { try post(declaration("66030"), key: key) }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        #expect(found.count == 8 && found.allSatisfy { $0.status == 201 || $0.status == 409 })
        let first = found.filter { $0.status == 201 && $0.value("Idempotency-Replayed") == nil }
        #expect(first.count == 1)
        #expect(found.filter { $0.status == 201 }.allSatisfy { $0.body == first[0].body })
    }

    @Test func aVerdictIsGivenOnce() throws {
        #expect(try post(declaration("66040"), key: "v1").status == 201)
        let proposed = try office.ask("GET", "/api/v2/declarations/2026/18N/66040").value["decision"]?["voie"]?.string
        let verdict = """
            {"user_decision":"fraude","evidence":"physique","justification":"un motif assez long","type_fraude":"origine"}
            """
        let path = "/api/v2/declarations/2026/18N/66040/feedback"
        let first = try post(path, verdict, key: "v2")
        try #require(first.status == 201, "\(first.text) \(proposed ?? "")")
        let again = try post(path, verdict, key: "v2")
        #expect(again.status == 201 && again.body == first.body)
        #expect(try post(path, verdict, key: "v3").status == 409)
    }

    @Test(arguments: [(1, 201), (255, 201), (256, 400)]) func keysHaveBounds(_ length: Int, _ status: Int) throws {
        let key = String(repeating: "k", count: length)
        #expect(try post(declaration("6605\(length)"), key: key).status == status)
    }

    @Test func keysAreVisible() throws {
        #expect(try post(declaration("66060"), key: "a b").status == 400)
    }

    @Test func theSameFileInAnotherFormIsTheSame() throws {
        let world = try ImaginedWorld.made.get()
        func send(_ boundary: String) throws -> RawResponse {
            let head =
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n"
            return try office.service.ask(
                "POST", "/api/v2/declarations/upload",
                [
                    "Authorization": "Bearer \(office.inspector)", "Idempotency-Key": "fichier",
                    "Content-Type": "multipart/form-data; boundary=\(boundary)",
                ], body: Array(head.utf8) + world.file(0..<5) + Array("\r\n--\(boundary)--\r\n".utf8),
                patience: .seconds(60))
        }
        let first = try send("un")
        #expect(first.status == 201)
        let again = try send("deux")
        #expect(again.body == first.body && again.value("Idempotency-Replayed") == "true")
    }
}

import JSON
import Platform
import Testing

@testable import Service
@testable import TestKit

@Suite struct EventHubTests {
    private let office: AnalysingService
    init() throws { office = try JobTests.shared.get() }

    private func listen(_ token: String, _ fields: [String: String] = [:]) throws -> RawClient {
        let client = try RawClient(port: office.service.port, timeout: .seconds(60))
        let all = fields.merging(["Authorization": "Bearer \(token)"]) { $1 }
        try client.send(RunningService.head("GET", "/api/v2/events", all))
        // Whoever is told to come back is being listened to.
        while !text(client).contains("retry: 3000") { #expect(try client.fill()) }
        Pause.milliseconds(200)
        return client
    }

    private func text(_ client: RawClient) -> String { String(decoding: client.pending, as: UTF8.self) }

    private func wait(for text: String, on client: RawClient) throws {
        while !self.text(client).contains(text) {
            let isMore = try client.fill()
            try #require(isMore, "\(self.text(client))")
        }
    }

    private func publish(_ content: String, office bureau: String?, user: UUIDv7? = nil, subject: String = "essai")
        throws
    {
        let owner = user.map { "'\($0)'" } ?? "NULL"
        try office.value(
            "SELECT publier('\(subject)', \(bureau.map { "'\($0)'" } ?? "NULL"), \(owner)::uuid, '\"\(content)\"')")
    }

    /// The number of the event with that text.
    private func number(of content: String, on client: RawClient) throws -> Int {
        let before = try #require(text(client).components(before: "data: \"\(content)\""))
        return try #require(before.split(separator: "id: ").last.flatMap { Int($0.prefix { $0.isNumber }) })
    }

    @Test func everybodyHearsTheirOffice() throws {
        let (here, there) = (office.service.token(.inspector), office.service.token(.inspector, bureau: "10S"))
        let me = UUIDv7.make()
        let declarant = office.service.token(.declarant, user: me)
        let clients = [try listen(here), try listen(there), try listen(declarant), try listen(office.inspector)]
        try publish("un", office: "18N")
        try publish("deux", office: "10S")
        try publish("trois", office: "18N", user: me)
        try publish("fin", office: "10S", user: me)
        try publish("fin", office: "18N", user: me)
        for client in clients { try wait(for: "\"fin\"", on: client) }
        func heard(_ client: RawClient) -> [String] {
            ["un", "deux", "trois"].filter { text(client).contains("data: \"\($0)\"") }
        }
        #expect(clients.map(heard) == [["un", "trois"], ["deux"], ["trois"], ["un", "deux", "trois"]])
        #expect(text(clients[0]).contains("event: essai\n"))
    }

    @Test func whoComesBackMissesNothing() throws {
        let token = office.service.token(.inspector, bureau: "40T")
        let client = try listen(token)
        try publish("a", office: "40T")
        try wait(for: "data: \"a\"", on: client)
        let last = try number(of: "a", on: client)
        client.close()
        try publish("b", office: "40T")
        try publish("ailleurs", office: "41T")
        try publish("c", office: "40T")
        let again = try listen(token, ["Last-Event-ID": "\(last)"])
        try publish("d", office: "40T")
        try wait(for: "data: \"d\"", on: again)
        let heard = text(again)
        let order = ["a", "b", "c", "d", "ailleurs"].map { heard.components(before: "data: \"\($0)\"")?.count }
        #expect(order[0] == nil && order[4] == nil)
        #expect(try #require(order[1]) < #require(order[2]) && #require(order[2]) < #require(order[3]))
        #expect(heard.components(before: "resync") == nil)
        // A number that never was.
        let lost = try listen(token, ["Last-Event-ID": "\(last + 1_000_000)"])
        try wait(for: "event: resync", on: lost)
    }

    @Test func onlyTheSubjectsAskedForCome() throws {
        let client = try RawClient(port: office.service.port, timeout: .seconds(60))
        try client.send(
            RunningService.head(
                "GET", "/api/v2/events?sujets=x,y", ["Authorization": "Bearer \(office.service.token(.inspector))"]))
        try wait(for: "retry", on: client)
        Pause.milliseconds(200)
        try publish("non", office: "18N", subject: "z")
        try publish("oui", office: "18N", subject: "y")
        try wait(for: "\"oui\"", on: client)
        #expect(!text(client).contains("\"non\""))
    }

    @Test func anAccountHasThreeStreamsAtMost() throws {
        let token = office.service.token(.inspector)
        let open = try (0..<3).map { _ in try listen(token) }
        let fourth = try office.service.ask("GET", "/api/v2/events", ["Authorization": "Bearer \(token)"])
        #expect(fourth.status == 429)
        open[0].close()
        var status = 429
        for _ in 0..<100 where status == 429 {
            // That nobody listens any more is seen when there is something to say.
            try publish("encore", office: "18N")
            Pause.milliseconds(50)
            status = try office.service.ask("GET", "/api/v2/events", ["Authorization": "Bearer \(token)"]).status
        }
        #expect(status == 200)
    }

    @Test func theEndOfASessionEndsItsStream() throws {
        let session = UUIDv7.make()
        let client = try listen(office.service.token(.inspector, session: session))
        office.service.service.accounts.revocations.end(session: session)
        try wait(for: "\r\n0\r\n\r\n", on: client)
    }

    @Test func aJobTellsHowItGoes() throws {
        let world = try ImaginedWorld.made.get()
        let token = office.service.token(.inspector, bureau: nil)
        let client = try listen(token)
        let form = ImaginedWorld.form(world.file(700..<720))
        let sent = try office.service.ask(
            "POST", "/api/v2/declarations/upload",
            ["Authorization": "Bearer \(token)", "Content-Type": form.type, "Prefer": "respond-async"], body: form.body)
        let id = try #require(sent.value("Location")?.split(separator: "/").last)
        try wait(for: "{\"id\": \"\(id)\", \"etat\": \"reussi\"", on: client)
        #expect(text(client).contains("event: travail\n"))
    }
}

extension String {
    fileprivate func components(before text: String) -> String? {
        guard let range = firstRange(of: text) else { return nil }
        return String(self[..<range.lowerBound])
    }
}

import JSON
import TestKit
import Testing

@testable import Service

@Suite struct AuditRoutesTests {
    private func page(_ service: RunningService, _ query: String) throws -> JSONValue {
        let answer = try service.ask("GET", "/api/v2/audit" + query)
        try #require(answer.status == 200, "\(query): \(answer.text)")
        return try JSONValue(parsing: answer.body)
    }

    private func numbers(_ page: JSONValue) -> [Int] {
        (page["evenements"]?.array ?? []).compactMap { $0.at("/evenement/seq")?.int }
    }

    @Test func theJournalIsPagedAndFiltered() throws {
        let base = try PreparedDatabase()
        try base.record(10)
        let service = try RunningService(database: base.test)
        var seen: [Int] = []
        var cursor = ""
        repeat {
            let page = try page(service, "?limit=4\(cursor)")
            seen += numbers(page)
            cursor = page["suivant"]?.int.map { "&cursor=\($0)" } ?? ""
        } while !cursor.isEmpty
        // The service itself may have added acts of its own start.
        #expect(seen == Array((1...seen.count).reversed()) && seen.count >= 10)
        #expect(numbers(try page(service, "?evenement=essai.pair&acteur=utilisateur:u0")) == [7, 1])
        #expect(numbers(try page(service, "?objet=objet:3")) == [4])
        #expect(numbers(try page(service, "?depuis=2001-01-01T00:00:00%2B01:00&jusqua=2001-01-02T00:00:00Z")).isEmpty)
        let first = try #require(try page(service, "?limit=1&cursor=2")["evenements"]?[0])
        #expect(first["empreinte"]?.string?.utf8.count == 64)
        #expect(first.at("/evenement/details/texte")?.string == "é\"\u{fffd}\n0")
        service.stop()
    }

    @Test(arguments: ["?limit=0", "?limit=201", "?cursor=0", "?depuis=hier", "?inconnu=1", "?limit=x"])
    func criteriaThatMeanNothingAreRefused(_ query: String) throws {
        let answer = try RunningService.local.get().ask("GET", "/api/v2/audit" + query)
        #expect(answer.status == 422)
    }
}

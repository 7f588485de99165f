import JSON
import TestKit
import Testing

@testable import Service

@Suite struct NoticeTests {
    private func notices(_ office: Office, _ token: String) throws -> (kinds: [String], value: JSONValue) {
        let value = try JSONValue(parsing: office.ask("GET", "/auth/notices", token).body)
        return (value["avis"]?.array?.compactMap { $0["genre"]?.string } ?? [], value)
    }

    @Test func theOwnerIsToldOfWhatOthersMayHaveDone() throws {
        let office = try Office(["INSPECTIA_HTTP_TRUSTED_PROXIES": "127.0.0.1"])
        try office.add("awa")
        func token(from address: String) throws -> String {
            try Office.tokens(office.login("awa", from: address)).access
        }
        let first = try token(from: "198.51.100.7")
        #expect(try notices(office, first).kinds == [])
        _ = try token(from: "198.51.100.7")
        #expect(try notices(office, first).kinds == [])
        _ = try token(from: "203.0.113.9")
        #expect(try notices(office, first).kinds == ["appareil_nouveau"])

        for _ in 0..<7 { #expect(try office.login("awa", "faux", from: "198.51.100.9").status == 401) }
        #expect(try notices(office, first).kinds == ["echecs_repetes", "appareil_nouveau"])

        let body: JSONValue = [
            "current_password": .string(Office.password), "new_password": "cinq chevaux bleus",
        ]
        #expect(try office.ask("POST", "/auth/password", first, body).status == 204)
        try office.enroll("awa", first)
        let told = try notices(office, first)
        #expect(
            told.kinds == ["second_facteur_installe", "mot_de_passe_change", "echecs_repetes", "appareil_nouveau"])
        #expect(told.value["non_lus"] == 4)
        #expect(told.value["avis"]?.array?[2]["adresse"] == "198.51.100.9")
        #expect(told.value["avis"]?.array?.allSatisfy { $0["message"]?.string?.isEmpty == false } == true)
        office.service.stop()
    }

    @Test func noticesAreOnesOwn() throws {
        let office = try Office()
        try office.add("awa")
        try office.add("moussa")
        let (awa, moussa) = (try office.tokens("awa").access, try office.tokens("moussa").access)
        #expect(try office.ask("PATCH", "/auth/me", awa, ["nom": "Awa"]).status == 200)
        #expect(try office.ask("PATCH", "/auth/me", awa, ["nom": "Awa Diop"]).status == 200)
        let seen = try notices(office, awa).value
        #expect(seen["non_lus"] == 2)
        #expect(try notices(office, moussa).kinds == [])
        let id = try #require(seen["avis"]?.array?.first?["id"])
        func read(_ token: String, _ ids: JSONValue) throws -> RawResponse {
            try office.ask("POST", "/auth/notices/read", token, ["avis": ids])
        }
        #expect(try JSONValue(parsing: read(moussa, [id]).body)["marques"] == 0)
        #expect(try JSONValue(parsing: read(awa, [id]).body)["marques"] == 1)
        #expect(try JSONValue(parsing: read(awa, [id]).body)["marques"] == 0)
        #expect(try notices(office, awa).value["non_lus"] == 1)
        #expect(try read(awa, ["x"]).status == 422)
        #expect(try read(awa, [:]).status == 422)
        office.service.stop()
    }
}

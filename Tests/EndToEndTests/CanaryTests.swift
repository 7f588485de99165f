import Glibc
import JSON
import Platform
import TestKit
import Testing

/// What nobody may find in any log, sent through a service that logs all it can, with a PostgreSQL of its own.
@Suite struct CanaryTests {
    private static let password = "canari quatre chevaux"
    private static let email = "canari.adresse@exemple.sn"
    private static let ninea = "987650321"
    private static let phone = "+221770987650"
    private static let name = "Canarinom Établissements"
    private static let otp = "739185"
    /// In whatever form they may be written.
    private static let canaries = [
        password, "canari%20quatre", email, ninea, "770987650", "Canarinom", otp, "wrong-canari", "canari-jeton",
    ]

    private func ask(
        _ service: Serving, _ method: String, _ path: String, _ body: String, token: String? = nil
    ) throws -> RawResponse {
        let client = try RawClient(port: service.port)
        defer { client.close() }
        let bearer = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        let head =
            "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\(bearer)"
            + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        try client.send(Array((head + body).utf8))
        return try client.receive()
    }

    /// Every file that is a log: the service's, the commands', PostgreSQL's.
    private func logs(_ installation: Installation, _ service: Serving) -> String {
        let directory = installation.path + "/postgres"
        var texts = [Program.text(service.log), Program.text(directory + "/demarrage.log")]
        if let handle = opendir(directory + "/log") {
            defer { closedir(handle) }
            while let entry = readdir(handle) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                texts.append(Program.text("\(directory)/log/\(name)"))
            }
        }
        return texts.joined()
    }

    @Test func noLogHoldsWhatWasSent() throws {
        let installation = try Installation()
        let scratch = try TemporaryDirectory()
        let file = try scratch.file("mdp", Array((Self.password + "\n").utf8))
        let service = try Serving(
            .own(installation), [], ["INSPECTIA_LOG_ACCESS": "all", "INSPECTIA_LOG_LEVEL": "debug"])
        var printed = ""
        func run(_ words: [String]) throws -> String {
            let shell = ["/bin/sh", "-c", "exec \"$@\" < \(file)", "sh"]
            let outcome = try Program.run(words + ["--data-dir", installation.path], prefix: shell)
            printed += outcome.errors
            return outcome.output
        }
        _ = try run(["user", "add", "chef.admin", "--role", "admin", "--email", Self.email])
        // A second time: the database refuses.
        _ = try run(["user", "add", "chef.admin", "--role", "admin", "--email", Self.email])
        let deadline = Instant.now() + .seconds(30)
        var login = try ask(
            service, "POST", "/auth/login", #"{"username":"chef.admin","password":"\#(Self.password)"}"#)
        while login.status == 503, Instant.now() < deadline {
            usleep(20_000)
            login = try ask(
                service, "POST", "/auth/login", #"{"username":"chef.admin","password":"\#(Self.password)"}"#)
        }
        try #require(login.status == 200, "\(login.text)")
        let tokens = try JSONValue(parsing: login.body)
        let access = try #require(tokens["access_token"]?.string)
        let refresh = try #require(tokens["refresh_token"]?.string)
        // An administrator without a second factor may do nothing but set one up; the machine's token stands for it.
        let full = String(try run(["token", "issue", "chef.admin"]).filter { !$0.isWhitespace })

        let requests = [
            ("POST", "/auth/login", #"{"username":"chef.admin","password":"wrong-canari"}"#),
            ("POST", "/auth/login", #"{"username":"\#(Self.name)","password":"\#(Self.otp)"}"#),
            ("POST", "/auth/login", #"{"username":"chef.admin","password":"\#(Self.password)","otp":"\#(Self.otp)"}"#),
            ("POST", "/auth/login", #"{"username":"chef.admin","password":"\#(Self.password)"#),
            ("POST", "/auth/refresh", #"{"refresh_token":"canari-jeton"}"#),
            ("POST", "/auth/mfa/verify", #"{"mfa_token":"canari-jeton","code":"\#(Self.otp)"}"#),
            ("POST", "/auth/activate", #"{"code":"canari-jeton","username":"x","password":"\#(Self.password)"}"#),
            ("GET", "/api/v2/audit?acteur=\(Self.ninea)&objet=canari-jeton", ""),
            ("GET", "/api/v2/users?cursor=\(Self.otp)&token=canari-jeton", ""),
            ("POST", "/api/v2/personnes/recherche", #"{"classe":"ninea","valeur":"\#(Self.ninea)"}"#),
            ("POST", "/api/v2/personnes/recherche", #"{"classe":"nom","valeur":"\#(Self.name)"}"#),
            ("POST", "/api/v2/personnes/recherche", #"{"classe":"telephone","valeur":"\#(Self.phone)"}"#),
            ("POST", "/api/v2/personnes/recherche", #"{"classe":"\#(Self.name)","valeur":"\#(Self.ninea)"}"#),
            ("POST", "/api/v2/personnes/recherche", #"{"\#(Self.name)":"\#(Self.ninea)"}"#),
        ]
        for (method, path, body) in requests {
            for token in [access, full, nil, "canari-jeton"] {
                let answer = try ask(service, method, path, body, token: token)
                #expect(answer.status != 500, "\(path): \(answer.text)")
            }
        }
        #expect(try ask(service, "POST", "/auth/refresh", #"{"refresh_token":"\#(refresh)"}"#).status == 200)
        // The account's own data, opened, corrected, erased.
        let user = try #require(
            try JSONValue(parsing: ask(service, "GET", "/auth/me", "", token: full).body)["id"]?.string)
        let found = try ask(
            service, "POST", "/api/v2/personnes/recherche", #"{"classe":"compte","valeur":"\#(user)"}"#, token: full)
        let person = try #require(try JSONValue(parsing: found.body)["id"]?.string)
        let data = try ask(service, "GET", "/api/v2/personnes/\(person)/donnees", "", token: full)
        #expect(data.text.contains(Self.email))
        #expect(try run(["person", "export", person]).contains(Self.email))
        let change =
            #"{"table":"users","colonne":"email_scelle","ligne":"\#(user)","valeur":"\#(Self.name)"}"#
        #expect(try ask(service, "PATCH", "/api/v2/personnes/\(person)/donnees", change, token: full).status == 204)
        for path in ["conservations", "effacement"] {
            let body = #"{"motif":"\#(Self.name) \#(Self.phone)"}"#
            _ = try ask(service, "POST", "/api/v2/personnes/\(person)/\(path)", body, token: full)
        }
        _ = try run(["keys", "rotate", "--tokens"])
        let exported = try run(["audit", "export"])
        #expect(try service.stop() == .exited(0))

        let text = logs(installation, service) + printed
        #expect(text.contains("http.request") && text.contains("database system"))
        for canary in Self.canaries + [access, full, refresh, String(access.split(separator: ".")[2])] {
            #expect(!text.contains(canary), "\(canary)")
            // The trail names nobody either.
            #expect(!exported.contains(canary), "\(canary) in the trail")
        }
    }
}

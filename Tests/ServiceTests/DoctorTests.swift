import Glibc
import JSON
import Platform
import TestKit
import Testing

@testable import Service

@Suite struct DoctorTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func examine(_ variables: [String: String], database: TestDatabase? = nil) throws -> Doctor.Report {
        let common = [
            "INSPECTIA_DATA_DIR": directory.path,
            "INSPECTIA_DATABASE_URL": database?.connectionString ?? "host=\(directory.path)/nowhere",
        ]
        return Doctor.examine(try .reading(common.merging(variables) { $1 }))
    }

    private func finding(_ subject: String, in report: Doctor.Report) throws -> Doctor.Finding {
        try #require(report.findings.first { $0.subject == subject }, "\(report.findings.map(\.subject))")
    }

    @Test func aNewInstallationLacksItsSchema() throws {
        let database = try TestDatabase()
        let report = try examine([:], database: database)
        #expect(report.isHealthy)
        #expect(try finding("base", in: report).detail.hasPrefix("PostgreSQL 1"))
        let schema = try finding("schéma", in: report)
        #expect(schema.verdict == .worrying)
        #expect(schema.detail.contains("fondations"))
        #expect(schema.advice?.contains("inspectia migrate") == true)
        // It only looked.
        #expect(try database.value("SELECT to_regclass('schema_migrations') IS NULL") == "t")

        let settings = try ServiceSettings.reading(["INSPECTIA_DATABASE_URL": database.connectionString])
        #expect(try SchemaMigration.run(settings).applied.first == "fondations")
        #expect(try SchemaMigration.run(settings).applied.isEmpty)
        #expect(try finding("schéma", in: examine([:], database: database)).verdict == .good)
    }

    @Test func keysAreComparedWithTheDatabase() throws {
        let database = try TestDatabase()
        let settings = try ServiceSettings.reading([
            "INSPECTIA_DATABASE_URL": database.connectionString, "INSPECTIA_DATA_DIR": directory.path,
        ])
        _ = try SchemaMigration.run(settings)
        #expect(try finding("clés", in: examine([:], database: database)).detail.hasPrefix("aucune encore"))
        _ = try VaultCommands.status(settings)
        #expect(try finding("clés", in: examine([:], database: database)).verdict == .good)
        try database.value(
            "INSERT INTO users (id, username, role, password_hash, email) VALUES (gen_random_uuid(), 'awa', 'admin', '', 'a@b.sn')"
        )
        #expect(try finding("clés", in: examine([:], database: database)).detail.hasSuffix("en clair : 1"))
        let lost = try examine(["INSPECTIA_VAULT_KEYS": directory.path + "/aucune.json"], database: database)
        #expect(try finding("clés", in: lost).verdict == .bad && !lost.isHealthy)
        // It only looked.
        #expect(access(directory.path + "/aucune.json", F_OK) != 0)
    }

    @Test func aDatabaseThatDoesNotAnswer() throws {
        let report = try examine([:])
        #expect(!report.isHealthy)
        let database = try finding("base", in: report)
        #expect(database.verdict == .bad)
        #expect(database.advice != nil)
    }

    @Test func aDataDirectoryThatCannotBe() throws {
        let file = try directory.file("f", [])
        let report = try examine(["INSPECTIA_DATA_DIR": file + "/data"])
        #expect(try finding("données", in: report).verdict == .bad)
        #expect(!report.isHealthy)
    }

    @Test func tooFewDescriptors() throws {
        let report = try examine(["INSPECTIA_HTTP_CONNECTIONS": "1000000"])
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let expected: Doctor.Verdict = limit.rlim_max >= 1_000_256 ? .good : .worrying
        #expect(try finding("descripteurs", in: report).verdict == expected)
        #expect(try finding("descripteurs", in: examine(["INSPECTIA_HTTP_CONNECTIONS": "1"])).verdict == .good)
    }

    @Test(arguments: [
        (-1, "echec", "le certificat a expiré"), (-72, "echec", "le certificat a expiré"),
        (1, "attention", "le certificat expire dans 0 jours"), (481, "attention", "le certificat expire dans 20 jours"),
        (505, "ok", "le certificat expire dans 21 jours"),
    ])
    func certificates(_ hours: Int, _ verdict: String, _ detail: String) throws {
        let certificate = try TestCertificate(in: directory, validFor: .seconds(hours * 3600 + 60))
        let report = try examine([
            "INSPECTIA_HTTP_TLS_CERT": certificate.path, "INSPECTIA_HTTP_TLS_KEY": certificate.keyPath,
        ])
        let finding = try finding("TLS", in: report)
        #expect(finding.verdict.rawValue == verdict)
        #expect(finding.detail == detail)
        #expect((finding.advice == nil) == (finding.verdict == .good))
    }

    @Test func aCertificateThatIsNone() throws {
        let file = try directory.file("c.pem", Array("pas un certificat".utf8))
        let report = try examine(["INSPECTIA_HTTP_TLS_CERT": file, "INSPECTIA_HTTP_TLS_KEY": file])
        #expect(try finding("TLS", in: report).verdict == .bad)
    }

    @Test func withoutTLSNothingIsSaidOfIt() throws {
        #expect(try !examine([:]).findings.contains { $0.subject == "TLS" })
    }

    @Test func reportsAreReadByPeopleAndPrograms() throws {
        let report = Doctor.Report(findings: [
            .init(subject: "données", verdict: .good, detail: "ici", advice: nil),
            .init(subject: "TLS", verdict: .worrying, detail: "bientôt", advice: "renouvelez"),
            .init(subject: "base", verdict: .bad, detail: "absente", advice: "lancez-la"),
        ])
        #expect(
            report.text == """
                ✓ données  ici
                ! TLS      bientôt
                           → renouvelez
                ✗ base     absente
                           → lancez-la

                """)
        let json = try JSONValue(parsing: Array(report.json.utf8))
        #expect(json["sain"]?.bool == false)
        #expect(json["constats"]?.array?.map { $0["verdict"]?.string } == ["ok", "attention", "echec"])
        #expect(json["constats"]?[0]?["conseil"] == nil)
        #expect(json["constats"]?[1]?["conseil"]?.string == "renouvelez")
    }
}

import Glibc
import Platform
import TestKit
import Testing

/// What SIGHUP reads again: the certificate, the log's file.
@Suite struct ReloadTests {
    private let directory: TemporaryDirectory
    private var certificate: String { directory.path + "/cert.pem" }
    private var key: String { directory.path + "/key.pem" }

    init() throws { directory = try TemporaryDirectory() }

    private func makeCertificate(named name: String) throws {
        let command = ChildCommand(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "30", "-subj", "/CN=\(name)",
                "-keyout", key, "-out", certificate,
            ], environment: [:])
        var quiet = command
        quiet.error = .null
        try #require(try Child.start(quiet).wait().isSuccess)
    }

    /// What the server answers through TLS, with its certificate's subject before it.
    private func ask(_ port: UInt16) throws -> String {
        var command = ChildCommand(
            "/bin/sh",
            [
                "-c",
                "printf 'GET /health/live HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' | "
                    + "openssl s_client -connect 127.0.0.1:\(port) -ign_eof 2>/dev/null",
            ], environment: Program.environment([:]))
        let answer = directory.path + "/answer"
        unlink(answer)
        command.output = .file(answer)
        _ = try Child.start(command).wait()
        return Program.text(answer)
    }

    @Test func aNewCertificateIsTakenAndABadOneIsNot() throws {
        try makeCertificate(named: "premier")
        let service = try Serving(.none, ["--tls-cert", certificate, "--tls-key", key], isReady: false)
        let first = try ask(service.port)
        #expect(first.contains("CN = premier"))
        #expect(first.contains("HTTP/1.1 200 OK"))
        #expect(first.contains("Strict-Transport-Security: max-age=31536000; includeSubDomains"))

        try makeCertificate(named: "second")
        #expect(try ask(service.port).contains("CN = premier"))
        service.child.send(signal: SIGHUP)
        try service.wait(for: "service.reloaded")
        #expect(try ask(service.port).contains("CN = second"))

        _ = try directory.file("cert.pem", Array("rien".utf8))
        service.child.send(signal: SIGHUP)
        try service.wait(for: "service.reload_failed")
        #expect(try ask(service.port).contains("CN = second"))

        // Whoever speaks plain HTTP is told so in plain HTTP.
        let plain = try service.ask("/health/live")
        #expect(plain.status == 400)
        #expect(plain.text.contains("HTTPS"))
        #expect(try service.stop() == .exited(0))
    }

    @Test func theLogsFileIsReopened() throws {
        let file = directory.path + "/inspectia.log"
        let service = try Serving(.none, [], ["INSPECTIA_LOG_FILE": file], isReady: false)
        try #require(rename(file, file + ".1") == 0)
        service.child.send(signal: SIGHUP)
        try service.wait(for: "service.reloaded")
        #expect(Program.text(file + ".1").contains("service.listening"))
        #expect(!Program.text(file).contains("service.listening"))
        #expect(try service.stop() == .exited(0))
        #expect(Program.text(file).contains("service.stopped"))
    }

    @Test func withoutAnythingToReadAgainItGoesOn() throws {
        let service = try Serving(.none, isReady: false)
        service.child.send(signal: SIGHUP)
        try service.wait(for: "service.reloaded")
        #expect(try service.ask("/health/live").status == 200)
        #expect(try service.stop() == .exited(0))
    }
}

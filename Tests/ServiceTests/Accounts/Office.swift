import Crypto
import Glibc
import HTTP
import JSON
import Platform
import TestKit
import Testing

@testable import Service

/// A service with accounts.
struct Office {
    static let password = "quatre chevaux verts"
    let service: RunningService
    let database: TestDatabase
    /// The devices of those who have one.
    private let devices: Monitor<[String: OneTimePassword]>

    init(_ variables: [String: String] = [:], sharing other: Office? = nil) throws {
        database = try other?.database ?? TestDatabase()
        devices = other?.devices ?? Monitor([:])
        // A code that was read just before the thirty seconds were over counts.
        var settings = ["INSPECTIA_ACCOUNTS_MFA_PREVIOUS_STEP": "true"]
        // Who shares a database shares its keys.
        if let other { settings["INSPECTIA_VAULT_KEYS"] = other.service.directory.path + "/keys/coffre.json" }
        service = try RunningService(database: database, settings.merging(variables) { $1 })
    }

    private var settings: ServiceSettings {
        get throws {
            try .reading([
                "INSPECTIA_DATABASE_URL": database.connectionString, "INSPECTIA_DATA_DIR": service.directory.path,
            ])
        }
    }

    @discardableResult
    func add(_ name: String, _ role: Role = .inspector) throws -> String {
        try AccountCommands.add(
            settings, username: name, role: role.rawValue, bureau: "18N", email: nil, password: Self.password)
    }

    func bootstrap() throws -> String { try AccountCommands.bootstrap(settings).code }

    func verifyJournal() throws -> Bool {
        try AuditCommands.verify(settings, journal: nil, anchors: nil, key: nil).isGood
    }

    func ask(
        _ method: String, _ path: String, _ token: String?, _ body: JSONValue? = nil, from address: String? = nil
    ) throws -> RawResponse {
        var fields: [String: String] = [:]
        if let token { fields["Authorization"] = "Bearer \(token)" }
        if let address { fields["X-Forwarded-For"] = address }
        return try service.ask(method, path, fields, body: body?.jsonBytes(), as: nil)
    }

    func login(_ name: String, _ password: String = password, from address: String? = nil) throws -> RawResponse {
        let body: JSONValue = ["username": .string(name), "password": .string(password)]
        return try ask("POST", "/auth/login", nil, body, from: address)
    }

    /// With everything that the account needs: its owner sets up a second factor when the role asks for one.
    func tokens(_ name: String, _ password: String = password) throws -> (access: String, refresh: String) {
        let answer = try login(name, password)
        let value = try JSONValue(parsing: answer.body)
        if let challenge = value["mfa_token"]?.string { return try Self.tokens(verify(challenge, code(of: name))) }
        let tokens = try Self.tokens(answer)
        guard value["mfa_enrollment_required"] == true else { return tokens }
        return (try enroll(name, tokens.access).access, tokens.refresh)
    }

    // MARK: Second factors

    func remember(_ secret: [UInt8], of name: String) {
        devices.withLock { $0[name] = OneTimePassword(secret: secret) }
    }

    /// The code that the account's device shows now; it may be used again.
    func code(of name: String) throws -> String {
        let known = devices.withLock { $0[name] }
        let device = try #require(known)
        try database.value("UPDATE second_factors SET last_step = -1")
        return device.password(step: OneTimePassword.step(at: Accounts.now))
    }

    func verify(_ challenge: String, _ code: String, from address: String? = nil) throws -> RawResponse {
        try ask(
            "POST", "/auth/mfa/verify", nil, ["mfa_token": .string(challenge), "code": .string(code)], from: address)
    }

    @discardableResult
    func enroll(_ name: String, _ token: String) throws -> (access: String, recoveryCodes: [String]) {
        let offer = try JSONValue(parsing: ask("POST", "/auth/mfa/enroll", token).body)
        let secret = offer["secret"]?.string ?? ""
        let device = OneTimePassword(secret: try #require(Self.decoded(secret)))
        devices.withLock { $0[name] = device }
        let answer = try ask("POST", "/auth/mfa/confirm", token, ["code": .string(code(of: name))])
        try #require(answer.status == 200, "\(answer.text)")
        let value = try JSONValue(parsing: answer.body)
        return (try #require(value["access_token"]?.string), Self.texts(value["recovery_codes"]))
    }

    static func texts(_ value: JSONValue?) -> [String] { (value?.array ?? []).compactMap(\.string) }

    /// The bytes of a text in base 32; nil when it is none.
    static func decoded(_ text: String) -> [UInt8]? {
        var (bits, count, bytes): (UInt32, Int, [UInt8]) = (0, 0, [])
        for sign in text {
            guard let digit = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567").firstIndex(of: sign) else { return nil }
            (bits, count) = (bits << 5 | UInt32(digit), count + 5)
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
        return bytes
    }

    static func tokens(_ answer: RawResponse) throws -> (access: String, refresh: String) {
        try #require(answer.status == 200, "\(answer.text)")
        let value = try JSONValue(parsing: answer.body)
        #expect(value["token_type"] == "Bearer")
        #expect(value["expires_in"] == 600)
        #expect(answer.value("Cache-Control") == "no-store")
        return (try #require(value["access_token"]?.string), try #require(value["refresh_token"]?.string))
    }

    func refresh(_ token: String) throws -> RawResponse {
        try ask("POST", "/auth/refresh", nil, ["refresh_token": .string(token)])
    }
}

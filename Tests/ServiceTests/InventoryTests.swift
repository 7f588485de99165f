import JSON
import Platform
import TestKit
import Testing

@testable import Service

/// The inventory of cryptography and the bill of materials say what there is.
@Suite struct InventoryTests {
    private let root: String

    init() throws { root = try ServiceSettings.reading([:]).resources }

    /// The first column of the table.
    private func algorithms() throws -> Set<String> {
        let text = String(decoding: try File.read(root + "/docs/cryptography.md", limit: 1 << 16), as: UTF8.self)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
        return Set(rows.flatMap { $0.split(separator: "|")[0].split(separator: ",") }.map { $0.filter { $0 != " " } })
    }

    /// Whatever algorithm the libraries are asked for is in the table, and nothing else is.
    @Test func everyAlgorithmIsInTheInventory() throws {
        let names = [
            "EVP_aes_256_gcm": ["AES-256-GCM"], "EVP_sha256": ["HMAC-SHA256"], "\"SHA256\"": ["SHA-256"],
            "EVP_sha1": ["HMAC-SHA1"], "EVP_PKEY_ED25519": ["Ed25519"], "argon2id_hash_raw": ["argon2id"],
            "TLS1_2_VERSION": ["TLS1.2", "TLS1.3"], "getrandom": ["getrandom"],
        ]
        var found: Set<String> = []
        for folder in ["Crypto", "COpenSSL", "Net", "Platform"] {
            for path in try StoredFiles.all(in: "\(root)/Sources/\(folder)")
            where path.hasSuffix(".swift") || path.hasSuffix(".c") {
                let source = String(decoding: try File.read(path, limit: 1 << 20), as: UTF8.self)
                for (name, algorithms) in names where source.contains(name) { found.formUnion(algorithms) }
                for match in source.matches(of: /EVP_(?:aes|sha|md|chacha|des|blake|rc|camellia|aria|sm)[0-9a-z_]*/) {
                    #expect(names[String(match.output)] != nil, "\(match.output) in \(path)")
                }
            }
        }
        #expect(try found == algorithms())
    }

    @Test func theBillOfMaterialsNamesEverything() throws {
        let place = try TemporaryDirectory()
        func bill() throws -> [UInt8] {
            let command = ChildCommand(
                "/usr/bin/python3", [root + "/script/sbom", place.path + "/bill"],
                environment: ["PATH": "/usr/bin:/bin"])
            try #require(try Child.start(command).wait() == .exited(0))
            return try File.read(place.path + "/bill", limit: 1 << 24)
        }
        let bytes = try bill()
        let value = try JSONValue(parsing: bytes)
        #expect(value["bomFormat"] == "CycloneDX" && value["specVersion"] == "1.6")
        let components = value["components"]?.array ?? []
        let names = Set(components.compactMap { $0["name"]?.string })
        #expect(names.isSuperset(of: ["Service", "Crypto", "libssl3", "libpq5", "libargon2-1", "uvicorn", "argon2id"]))
        let references = components.compactMap { $0["bom-ref"]?.string }
        #expect(Set(references).count == references.count)
        for dependency in value["dependencies"]?.array ?? [] {
            for reference in dependency["dependsOn"]?.array ?? [] {
                #expect(references.contains(reference.string ?? ""), "\(reference)")
            }
        }
        #expect(try bill() == bytes)
    }
}

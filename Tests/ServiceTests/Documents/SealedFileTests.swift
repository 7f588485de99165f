import Crypto
import Platform
import Reading
import TestKit
import Testing

@testable import Service

@Suite struct SealedFileTests {
    private let directory: TemporaryDirectory
    private let key = UseKey(SealingKey())

    init() throws { directory = try TemporaryDirectory() }

    private func seal(_ bytes: [UInt8]) throws -> (path: String, content: Digest) {
        let content = SHA256.hash(bytes)
        let path = "\(directory.path)/ab/\(content.hexadecimal)"
        try SealedFile.write(DocumentBytes(bytes), to: path, of: content, key, by: directory.path)
        return (path, content)
    }

    private func open(_ path: String, _ content: Digest, _ key: UseKey? = nil) throws -> [UInt8] {
        let reader = try SealedFile.Reader(path, of: content, key ?? self.key)
        var bytes: [UInt8] = []
        while let piece = try reader.next() { bytes += piece }
        return bytes
    }

    @Test(arguments: [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20]) func whatIsSealedOpens(_ count: Int) throws
    {
        var random = SeededGenerator(seed: 7)
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        let (path, content) = try seal(bytes)
        #expect(try open(path, content) == bytes)
        // Sealed again, it stays as it is.
        let before = try File.read(path, limit: 1 << 26)
        _ = try seal(bytes)
        #expect(try File.read(path, limit: 1 << 26) == before)
    }

    @Test func whatWasChangedCutOrMovedDoesNot() throws {
        let bytes = [UInt8](repeating: 7, count: (2 << 20) + 100)
        let (path, content) = try seal(bytes)
        let sealed = try File.read(path, limit: 1 << 26)
        let piece = (1 << 20) + 28
        func expectNothing(_ changed: [UInt8], _ comment: Comment) throws {
            let other = try directory.file("altere", changed)
            #expect(throws: (any Error).self, comment) { try open(other, content) }
        }
        for place in [0, 1, 40, 1 + piece, sealed.count - 1] {
            var changed = sealed
            changed[place] ^= 1
            try expectNothing(changed, "octet \(place)")
        }
        // At the end of a piece, and inside of one.
        for count in [1, 1 + piece, 1 + 2 * piece, sealed.count - 1, 10, 0] {
            try expectNothing(Array(sealed[..<count]), "coupé à \(count)")
        }
        let (first, second) = (sealed[1..<1 + piece], sealed[1 + piece..<1 + 2 * piece])
        try expectNothing(
            Array(sealed[..<1]) + Array(second) + Array(first) + Array(sealed[(1 + 2 * piece)...]), "échangés")
        #expect(throws: (any Error).self) { try open(path, SHA256.hash([1])) }
        #expect(throws: (any Error).self) { try open(path, content, UseKey(SealingKey())) }
    }

    /// The database was made anew and the directory was not: what lies there opens for nobody.
    @Test func whatAnotherKeySealedIsSealedAnew() throws {
        let (path, content) = try seal(Array("contenu".utf8))
        let other = UseKey(SealingKey())
        try SealedFile.write(DocumentBytes(Array("contenu".utf8)), to: path, of: content, other, by: directory.path)
        #expect(try open(path, content, other) == Array("contenu".utf8))
        #expect(throws: (any Error).self) { try open(path, content) }
    }

    @Test(arguments: [
        ("../../etc/passwd", "passwd"), ("a\u{0}b\r\nSet-Cookie: x.pdf", "abSet-Cookie%3A%20x.pdf"),
        ("\u{202e}fdp.exe", "fdp.exe"), ("CON", "CON"), ("..", "document"), ("", "document"),
        ("C:\\x\\é.pdf", "%C3%A9.pdf"),
        ("\"; filename=x", "%22%3B%20filename%3Dx"),
    ]) func namesAreTextAndNothingElse(_ name: String, _ expected: String) {
        #expect(ContentDisposition.attachment(name) == "attachment; filename*=UTF-8''\(expected)")
        let long = ContentDisposition.attachment(String(repeating: "é", count: 300))
        #expect(long.utf8.count < 800)
    }
}

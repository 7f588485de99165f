import Crypto
import Platform
import TestKit
import Testing

@testable import Service

/// What somebody finds out who has the exported journal, the anchors and the public key, and none of our code:
/// `script/verify-journal` is Python and openssl.
@Suite struct OutsiderTests {
    /// A journal of twelve events with anchors at five, eight and twelve.
    private static let evidence = Result { () -> (base: PreparedDatabase, lines: [[UInt8]], anchors: [[UInt8]]) in
        let base = try PreparedDatabase()
        for count in [5, 3, 4] {
            try base.record(count)
            try base.use { database in
                let pool = WorkerPool(name: "worker", limits: .init(threads: 1))
                defer { pool.stop() }
                let keeper = try AnchorKeeper(base.settings, database, pool, Readiness())
                _ = try await keeper.anchor(AuditStore.head(database), after: Anchors.last(of: keeper.path))
            }
        }
        let journal = Monitor([UInt8]())
        try AuditCommands.export(base.settings) { piece in journal.withLock { $0 += piece } }
        let anchors = try File.read(base.settings.auditAnchors, limit: 1 << 20)
        return (
            base, journal.withLock { $0 }.split(separator: 0x0a).map(Array.init),
            anchors.split(separator: 0x0a).map(Array.init)
        )
    }

    private func verify(_ lines: [[UInt8]], anchors: [[UInt8]]? = nil, key: [UInt8]? = nil) throws -> (Int32, String) {
        let evidence = try Self.evidence.get()
        let place = try TemporaryDirectory()
        func file(_ name: String, _ lines: [[UInt8]]) throws -> String {
            try place.file(name, lines.flatMap { $0 + [0x0a] })
        }
        var arguments = [try evidence.base.settings.resources + "/script/verify-journal", try file("journal", lines)]
        arguments += [
            try file("anchors", anchors ?? evidence.anchors),
            try key.map { try place.file("key", $0) } ?? evidence.base.settings.auditPublicKey,
        ]
        var command = ChildCommand("/usr/bin/python3", arguments, environment: ["PATH": "/usr/bin:/bin"])
        command.output = .file(place.path + "/said")
        let child = try Child.start(command)
        guard case .exited(let code) = child.wait() else { return (-1, "") }
        return (code, String(decoding: try File.read(place.path + "/said", limit: 4096), as: UTF8.self))
    }

    @Test func whatNobodyTouchedIsIntact() throws {
        let evidence = try Self.evidence.get()
        try #require(evidence.lines.count == 12 && evidence.anchors.count == 3)
        let (code, said) = try verify(evidence.lines)
        #expect(code == 0 && said == "intact: 12 events, 3 anchors\n")
    }

    @Test func everyChangeIsFoundAndWhere() throws {
        let (_, lines, _) = try Self.evidence.get()
        func text(_ line: [UInt8], _ old: String, _ new: String) -> [UInt8] {
            Array(String(decoding: line, as: UTF8.self).replacing(old, with: new).utf8)
        }
        var edited = lines
        edited[6] = text(edited[6], "objet:", "objet:9")
        var swapped = lines
        swapped.swapAt(2, 3)
        let changes: [(String, [[UInt8]], Int)] = [
            ("edited", edited, 7), ("deleted", Array(lines[..<4] + lines[5...]), 5),
            ("first deleted", Array(lines[1...]), 1), ("inserted", Array(lines[..<3] + [lines[2]] + lines[3...]), 4),
            ("added", lines + [text(lines[11], "\"seq\":12", "\"seq\":13")], 13), ("swapped", swapped, 3),
            ("truncated", Array(lines[..<9]), 10), ("empty", [], 1), ("nonsense", [Array("texte".utf8)], 1),
        ]
        for (name, changed, number) in changes {
            let (code, said) = try verify(changed)
            #expect(code == 3 && said.hasPrefix("ALTERED at event \(number):"), "\(name): \(said)")
        }
    }

    /// The gap that a restored backup leaves is bridged by an event and a signed anchor, and is told.
    @Test func aBridgedGapIsToldAndAnotherIsFound() throws {
        let (_, lines, anchors) = try Self.evidence.get()
        let base = try Self.evidence.get().base
        let key = try KeyRing.open(base.settings.auditKeys).current
        let lost = try #require(Anchor(line: anchors[2]))
        // A backup of the ninth event, and what `audit resume` adds to it.
        var chain = HashChain()
        for line in lines.prefix(9) { _ = chain.append(line[65...]) }
        let resumption = ChainResumption(after: 8, lost: lost.seq, hash: lost.hash)
        let event = try AuditEvent(
            name: ChainResumption.event, actor: AuditActor(name: "commande:root"),
            details: resumption.details(reason: "disque perdu", head: 9)
        ).canonical(seq: 10, at: .now())
        let hash = chain.append(event)
        let journal = lines.prefix(9) + [Array((hash.hexadecimal + " ").utf8) + event]
        let bridge = Anchor(.init(seq: 10, hash: hash), resumedAfter: 8, at: .now(), key: key).line.dropLast()
        let (code, said) = try verify(Array(journal), anchors: anchors + [Array(bridge)])
        #expect(code == 0 && said.hasPrefix("intact: 10 events, 4 anchors\n"), "\(said)")
        #expect(said.contains("event 10 says so"))
        #expect(try verify(Array(journal)).1.hasPrefix("ALTERED at event 11:"))
        // The anchor without an event that says it.
        let head = try #require(Digest(hexadecimal: String(decoding: lines[9][..<64], as: UTF8.self)))
        let alone = Anchor(.init(seq: 10, hash: head), resumedAfter: 8, at: .now(), key: key).line.dropLast()
        let (refused, reason) = try verify(Array(lines.prefix(10)), anchors: anchors + [Array(alone)])
        #expect(refused == 3 && reason.hasPrefix("ALTERED at event 10:"), "\(reason)")
    }

    /// A chain written anew from the seventh event on is whole in itself: the anchor at eight tells.
    @Test func aRewrittenChainIsFoundByItsAnchors() throws {
        let (_, lines, anchors) = try Self.evidence.get()
        var events = lines.map { Array($0[65...]) }
        events[6] = Array(String(decoding: events[6], as: UTF8.self).replacing("essai.", with: "faux..").utf8)
        var chain = HashChain()
        let chained = events.map { Array((chain.append($0).hexadecimal + " ").utf8) + $0 }
        #expect(try verify(chained, anchors: []).0 == 0)
        let (code, said) = try verify(chained)
        #expect(code == 3 && said.hasPrefix("ALTERED at event 8:"))
        #expect(try verify(lines, anchors: Array(anchors.reversed())).0 == 0)
        let forged = anchors.map {
            Array(String(decoding: $0, as: UTF8.self).replacing("\"seq\":8", with: "\"seq\":7").utf8)
        }
        #expect(try verify(lines, anchors: forged).1.contains("not signed"))
        let otherKey = Array("A".utf8) + [UInt8](repeating: UInt8(ascii: "B"), count: 42)
        #expect(try verify(lines, key: otherKey).0 == 3)
    }
}

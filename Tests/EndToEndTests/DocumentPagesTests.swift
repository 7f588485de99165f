import Glibc
import JSON
import Platform
import TestKit
import Testing

@testable import Reading

/// Documents that are read by processes of the program itself.
@Suite struct DocumentPagesTests {
    private static let form = TestPDF(pages: [TestPDF.form()]).bytes

    private static func workers(_ change: (inout PageWorkers.Limits) -> Void = { _ in }) throws -> PageWorkers {
        var limits = PageWorkers.Limits(processes: 1)
        change(&limits)
        return PageWorkers(executable: try Program.path.get(), limits: limits)
    }

    @Test func aPersonSeesWhatWasRead() throws {
        let scratch = try TemporaryDirectory()
        let path = try scratch.file("é $(touch x) ;.pdf", Self.form)
        let shown = try Program.run(["document", "pages", path])
        #expect(
            shown.status == .exited(0) && shown.output.contains("Page 1 sur 1") && shown.output.contains("GESU2409420"))
        let json = try Program.run(["document", "pages", path, "--json", "--images", scratch.path])
        let page = try JSONValue(parsing: Array(json.output.utf8))
        #expect(page["source"]?.string == "texte" && page["filets"]?.array?.count == 10)
        #expect(page["mots"]?.array?.contains { $0["texte"]?.string == "002791699" } == true)
        #expect(try FileKind.detect(DocumentBytes(path: scratch.path + "/page-1.png")) == .png)
        let other = try Program.run(["document", "pages", scratch.file("x.pdf", Array("bonjour".utf8))])
        #expect(other.status == .exited(2) && other.errors.contains("ni un PDF ni une image"))
    }

    @Test func aProcessIsKeptAndConfined() throws {
        let workers = try Self.workers()
        defer { workers.stop() }
        var ids: Set<Int32> = []
        for _ in 0..<3 {
            try workers.read(Self.form) { session in
                #expect(session.pageCount == 1 && session.kind == .pdf)
                let page = try session.page(1).page
                #expect(page.words.contains { $0.text == "NDIAMBOUR" })
                ids.insert(session.processID)
                // No new privileges, a filter on its calls, nothing that it could write, no core file.
                let status = Program.text("/proc/\(session.processID)/status")
                #expect(status.contains("NoNewPrivs:\t1") && status.contains("Seccomp:\t2"))
                let limits = Program.text("/proc/\(session.processID)/limits")
                for name in [
                    "Max file size             0", "Max processes             0", "Max core file size        0",
                ] {
                    #expect(limits.contains(name), "\(name)")
                }
            }
        }
        #expect(ids.count == 1)
        // What is refused does not cost the process.
        #expect(throws: ReadingError.self) { try workers.read(Array("%PDF-1.4".utf8)) { _ in } }
        try workers.read(Self.form) { _ = ids.insert($0.processID) }
        #expect(ids.count == 1)
    }

    @Test func aProcessThatDiesIsReplaced() throws {
        let workers = try Self.workers()
        defer { workers.stop() }
        var dead: Int32 = 0
        #expect {
            try workers.read(Self.form) { session in
                dead = session.processID
                kill(dead, SIGKILL)
                _ = try session.page(1)
            }
        } throws: { ($0 as? ReadingError)?.code == "unreadable_document" }
        try workers.read(Self.form) { session in
            #expect(session.processID != dead)
            let page = try session.page(1).page
            #expect(page.source == .text)
        }
    }

    @Test func aProcessThatHangsIsKilled() throws {
        let workers = try Self.workers { $0.secondsPerPage = 1 }
        defer { workers.stop() }
        var stopped: Int32 = 0
        #expect {
            try workers.read(Self.form) { session in
                stopped = session.processID
                kill(stopped, SIGSTOP)
                _ = try session.page(1)
            }
        } throws: { ($0 as? ReadingError)?.code == "unreadable_document" }
        #expect(kill(stopped, 0) != 0 && errno == ESRCH)
    }

    @Test func aProcessIsReplacedInTime() throws {
        let workers = try Self.workers { $0.documentsPerProcess = 2 }
        defer { workers.stop() }
        let ids = try (0..<4).map { _ in try workers.read(Self.form) { $0.processID } }
        #expect(ids[0] == ids[1] && ids[1] != ids[2] && ids[2] == ids[3])
    }

    @Test func callersAreTurnedAwayWhenAllAreBusy() throws {
        let workers = try Self.workers { $0.waiting = 0 }
        defer { workers.stop() }
        _ = try workers.read(Self.form) { _ in
            #expect(throws: ReadingError.readersBusy) { try workers.read(Self.form) { _ in } }
        }
        try workers.read(Self.form) { _ in }
        workers.stop()
        #expect(throws: ReadingError.readersBusy) { try workers.read(Self.form) { _ in } }
    }

    @Test func aProgramThatIsNoWorker() {
        for program in ["/bin/true", "/bin/missing"] {
            #expect(throws: ReadingError.self) { try PageWorkers(executable: program).read(Self.form) { _ in } }
        }
    }

    /// Nothing grows with the documents that a process has read.
    @Test func manyDocuments() throws {
        let workers = try Self.workers()
        defer { workers.stop() }
        var sizes: [Int] = []
        for _ in 0..<200 {
            try workers.read(Self.form) { session in
                _ = try session.page(1)
                let words = Program.text("/proc/\(session.processID)/statm").split(separator: " ")
                sizes.append(Int(words[1]) ?? 0)
            }
        }
        // In pages of 4 kB; the first documents warm caches.
        #expect(sizes[199] - sizes[49] < 2048, "\(sizes[49]) to \(sizes[199])")
    }
}

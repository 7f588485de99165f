import Glibc
import HTTP
import Platform
import TestKit
import Testing

@testable import Service

@Suite struct FileResponseTests {
    private let directory: TemporaryDirectory
    private let path: String
    private let service: RunningService
    /// More than one piece.
    private static let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

    init() throws {
        directory = try TemporaryDirectory()
        path = try directory.file("f", Self.content)
        service = try FileService.running.get()
    }

    private func get(_ fields: [String: String] = [:], method: String = "GET") throws -> RawResponse {
        try service.ask(method, "/fichiers\(path)", fields)
    }

    @Test func theWholeFile() throws {
        let answer = try get()
        #expect(answer.status == 200)
        #expect(answer.body == Self.content)
        #expect(answer.value("Content-Length") == "300000")
        #expect(answer.value("Accept-Ranges") == "bytes")
        #expect(answer.value("ETag")?.hasPrefix("\"") == true)
        #expect(answer.value("Last-Modified")?.hasSuffix("GMT") == true)
        #expect(answer.value("Content-Type") == "application/octet-stream")
    }

    @Test func theHead() throws {
        let head = try get(method: "HEAD")
        #expect(head.status == 200)
        #expect(head.value("Content-Length") == "300000")
        #expect(head.value("ETag") == (try get().value("ETag")))
    }

    @Test(arguments: [
        ("bytes=0-0", 0..<1), ("bytes=0-299999", 0..<300_000), ("bytes=131071-131073", 131_071..<131_074),
        ("bytes=299999-", 299_999..<300_000), ("bytes=10-999999999", 10..<300_000), ("bytes=-1", 299_999..<300_000),
        ("bytes=-300001", 0..<300_000),
    ])
    func aPart(_ field: String, _ range: Range<Int>) throws {
        let answer = try get(["Range": field])
        #expect(answer.status == 206)
        #expect(answer.body == Array(Self.content[range]))
        #expect(answer.value("Content-Range") == "bytes \(range.lowerBound)-\(range.upperBound - 1)/300000")
        #expect(answer.value("Content-Length") == "\(range.count)")
    }

    @Test(arguments: ["bytes=300000-", "bytes=300000-300001", "bytes=-0"]) func noPart(_ field: String) throws {
        let answer = try get(["Range": field])
        #expect(answer.status == 416)
        #expect(answer.value("Content-Range") == "bytes */300000")
        #expect(answer.value("Content-Type") == "application/problem+json; charset=utf-8")
    }

    @Test(arguments: ["bytes=5-4", "lines=0-1", "bytes=a-b", "bytes=0-1,5-6"])
    func whatIsNotUnderstoodIsIgnored(_ field: String) throws {
        let answer = try get(["Range": field])
        #expect(answer.status == 200)
        #expect(answer.body.count == Self.content.count)
    }

    @Test func aPartOfTheVersionThatTheClientHas() throws {
        let first = try get(method: "HEAD")
        let tag = try #require(first.value("ETag"))
        let date = try #require(first.value("Last-Modified"))
        for known in [tag, date] { #expect(try get(["Range": "bytes=0-9", "If-Range": known]).status == 206) }
        for other in ["\"autre\"", "W/" + tag, "Mon, 01 Jan 2024 00:00:00 GMT", "rien"] {
            #expect(try get(["Range": "bytes=0-9", "If-Range": other]).status == 200)
        }
    }

    @Test func conditions() throws {
        let first = try get(method: "HEAD")
        let tag = try #require(first.value("ETag"))
        let date = try #require(first.value("Last-Modified"))
        let same = try get(["If-None-Match": tag])
        #expect(same.status == 304)
        #expect(same.value("ETag") == tag)
        #expect(same.value("Content-Type") == nil)
        #expect(try get(["If-Modified-Since": date]).status == 304)
        #expect(try get(["If-None-Match": "\"autre\"", "If-Modified-Since": date]).status == 200)
        #expect(try get(["If-Match": tag]).status == 200)
        #expect(try get(["If-Match": "\"autre\""]).status == 412)
        #expect(try get(["If-Unmodified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"]).status == 412)
        #expect(try get(["If-Match": "guillemets"]).status == 400)
    }

    @Test func aChangedFileHasAnotherTag() throws {
        let tag = try get(method: "HEAD").value("ETag")
        _ = try directory.file("f", Self.content.reversed())
        #expect(try get(method: "HEAD").value("ETag") != tag)
    }

    @Test func anEmptyFile() throws {
        let empty = try directory.file("vide", [])
        let answer = try service.ask("GET", "/fichiers\(empty)")
        #expect(answer.status == 200)
        #expect(answer.value("Content-Length") == "0")
        #expect(try service.ask("GET", "/fichiers\(empty)", ["Range": "bytes=0-"]).status == 416)
    }

    /// The client must see that what it has is not the whole.
    @Test func aFileThatShrinksIsCut() throws {
        let client = try RawClient(port: service.port)
        try #require(truncate(path, 64 << 20) == 0)
        try client.send(RunningService.head("GET", "/fichiers\(path)"))
        // The server can have sent no more than the socket's buffers hold.
        usleep(100_000)
        try #require(truncate(path, 1000) == 0)
        #expect(throws: RawClient.Failure.ended) { try client.receive() }
        #expect(try service.ask("GET", "/fichiers\(path)").body.count == 1000)
    }

    @Test func onlyRegularFilesAreServed() throws {
        let link = "\(directory.path)/lien"
        let queue = "\(directory.path)/file"
        try #require(symlink(path, link) == 0)
        try #require(mkfifo(queue, 0o600) == 0)
        for other in [link, queue, directory.path, "\(directory.path)/rien", path + "/f", path + "%00"] {
            #expect(try service.ask("GET", "/fichiers\(other)").status == 404, "\(other)")
        }
    }

    @Test func aNameThatNoFileCanHaveIsNotFound() throws {
        let long = String(repeating: "a", count: 300)
        #expect(try service.ask("GET", "/fichiers\(directory.path)/\(long)").status == 404)
    }
}

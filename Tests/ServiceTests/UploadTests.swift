import Glibc
import HTTP
import JSON
import Platform
import TestKit
import Testing

@testable import Service

/// Forms received through a real connection.
@Suite struct UploadTests {
    private let directory: TemporaryDirectory
    private let service: RunningService
    private static let boundary = "----frontiere"

    init() throws {
        directory = try TemporaryDirectory()
        service = try FileService.running.get()
    }

    // MARK: Forms

    private static func part(_ disposition: String, _ content: [UInt8]) -> [UInt8] {
        Array("--\(boundary)\r\nContent-Disposition: form-data; \(disposition)\r\n\r\n".utf8) + content + [13, 10]
    }
    private static func file(_ name: String, _ fileName: String, _ content: [UInt8]) -> [UInt8] {
        part("name=\"\(name)\"; filename=\"\(fileName)\"", content)
    }
    private static func text(_ name: String, _ value: String) -> [UInt8] { part("name=\"\(name)\"", Array(value.utf8)) }
    private static let end = Array("--\(boundary)--\r\n".utf8)

    private var fields: [String: String] {
        ["Content-Type": "multipart/form-data; boundary=\(Self.boundary)", "Directory": directory.path]
    }

    private func send(
        _ body: [UInt8], to path: String = "/envois", _ others: [String: String] = [:]
    ) throws -> RawResponse {
        try service.ask("POST", path, fields.merging(others) { $1 }, body: body)
    }

    /// What is left in the upload directory, once nothing changes there any more.
    private func expectEmpty(_ path: String? = nil, _ location: SourceLocation = #_sourceLocation) {
        let deadline = Instant.now() + .seconds(5)
        var left = Self.names(in: path ?? directory.path)
        while !left.isEmpty, Instant.now() < deadline {
            usleep(10_000)
            left = Self.names(in: path ?? directory.path)
        }
        #expect(left.isEmpty, sourceLocation: location)
    }

    private static func names(in path: String) -> [String] {
        guard let stream = opendir(path) else { return ["?"] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    // MARK: What arrives

    @Test func textsAndFilesArrive() throws {
        let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 2) }
        let answer = try send(
            Self.text("chapitre", "30") + Self.file("file", "déclaration.csv", content) + Self.text("été", "œuf\r\n")
                + Self.file("file", "vide.pdf", []) + Self.end)
        let upload = try JSONValue(parsing: answer.body)
        #expect(answer.status == 201)
        #expect(upload["texts"] == ["chapitre": "30", "été": "œuf\r\n"])
        let files = try #require(upload["files"]?.array)
        #expect(files.map { $0["original_name"]?.string } == ["déclaration.csv", "vide.pdf"])
        #expect(files.map { $0["size"]?.int } == [200_000, 0])
        #expect(files[0]["sha256"]?.string == FileService.digest(content))
        // For the service's account alone.
        #expect(files.allSatisfy { $0["mode"]?.int == 0o600 })
        expectEmpty()
    }

    @Test(arguments: ["../../x", "/etc/passwd", "C:\\\\x", "CON", ".", "", "a\u{202E}fdp.exe", "<b>"])
    func aFilesNameIsOnlyText(_ name: String) throws {
        let answer = try send(Self.file("file", name, [1]) + Self.end)
        let file = try #require(try JSONValue(parsing: answer.body)["files"]?[0])
        #expect(file["original_name"]?.string == name.replacing("\\\\", with: "\\"))
        let path = try #require(file["path"]?.string)
        #expect(path.hasPrefix(directory.path + "/.upload-"))
        #expect(!path.dropFirst(directory.path.count + 1).contains("/"))
        expectEmpty()
    }

    @Test(arguments: ["filename=\"a\u{0}b\"", "filename=\"a\rb\"", "filename*=UTF-8''a%0Ab"])
    func controlsInNamesAreRefused(_ disposition: String) throws {
        #expect(try send(Self.part("name=\"file\"; \(disposition)", [1]) + Self.end).status == 400)
        expectEmpty()
    }

    @Test func aKeptFileStays() throws {
        let place = directory.path + "/gardé"
        let answer = try send(Self.file("file", "x", [1, 2, 3]) + Self.end, ["Keep-As": place])
        #expect(answer.status == 201)
        #expect(try File.read(place, limit: 10) == [1, 2, 3])
        #expect(Self.names(in: directory.path) == ["gardé"])
    }

    @Test func aFileThatCannotBeKeptLeavesNothing() throws {
        let answer = try send(Self.file("file", "x", [1]) + Self.end, ["Keep-As": directory.path + "/rien/gardé"])
        #expect(answer.status == 500)
        expectEmpty()
    }

    /// In far less memory than it takes on disk.
    @Test func aLargeFileGoesToDisk() throws {
        let piece = [UInt8](repeating: 0x5A, count: 1 << 20)
        let head = Self.file("file", "gros.csv", []).dropLast(2)
        let total = head.count + 50 * piece.count + 2 + Self.end.count
        let client = try RawClient(port: service.port, timeout: .seconds(60))
        let before = Self.residentBytes
        var most = before
        try client.send(
            RunningService.head(
                "POST", "/envois", fields.merging(["Keep-As": directory.path + "/gros"]) { $1 }, length: total))
        try client.send(Array(head))
        for _ in 0..<50 {
            try client.send(piece)
            most = max(most, Self.residentBytes)
        }
        try client.send([13, 10] + Self.end)
        let answer = try client.receive()
        #expect(answer.status == 201)
        #expect(most - before < 25 << 20)
        let expected = FileService.digest([UInt8](repeating: 0x5A, count: 50 << 20))
        #expect(try JSONValue(parsing: answer.body)["files"]?[0]?["sha256"]?.string == expected)
    }

    private static var residentBytes: Int {
        let text = (try? File.read("/proc/self/statm", limit: 1000)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 4096 } ?? 0
    }

    // MARK: Limits

    @Test(arguments: [(1000, 201), (1001, 413)]) func filesAreBounded(_ size: Int, _ status: Int) throws {
        let body = Self.file("file", "x", [UInt8](repeating: 1, count: size)) + Self.end
        let answer = try send(body, to: "/envois/petits")
        #expect(answer.status == status)
        if status == 413 {
            #expect(
                try JSONValue(parsing: answer.body)["detail"]?.string == "Un fichier peut avoir au plus 1000 octets.")
        }
        expectEmpty()
    }

    @Test(arguments: [(100, 201), (101, 413)]) func textsAreBounded(_ size: Int, _ status: Int) throws {
        let answer = try send(Self.text("note", String(repeating: "a", count: size)) + Self.end)
        #expect(answer.status == status)
        if status == 413 {
            #expect(
                try JSONValue(parsing: answer.body)["detail"]?.string == "Le champ « note » dépasse 100 octets.")
        }
    }

    @Test(arguments: [(4, 201), (5, 413)]) func partsAreBounded(_ count: Int, _ status: Int) throws {
        let parts = (0..<count).flatMap { Self.file("f\($0)", "x", [1]) }
        #expect(try send(parts + Self.end).status == status)
        expectEmpty()
    }

    @Test(arguments: [(128, 201), (129, 400)]) func namesAreBounded(_ size: Int, _ status: Int) throws {
        #expect(try send(Self.text(String(repeating: "n", count: size), "x") + Self.end).status == status)
    }

    @Test(arguments: [(255, 201), (256, 400)]) func fileNamesAreBounded(_ size: Int, _ status: Int) throws {
        #expect(try send(Self.file("file", String(repeating: "n", count: size), [1]) + Self.end).status == status)
        expectEmpty()
    }

    @Test func theWholeIsBounded() throws {
        let client = try RawClient(port: service.port)
        try client.send(RunningService.head("POST", "/envois", fields, length: (128 << 20) + 1))
        #expect(try client.receive().status == 413)
    }

    // MARK: What is refused

    @Test(arguments: [
        "multipart/form-data", "multipart/form-data; boundary=\"\"", "multipart/mixed; boundary=x", "application/json",
        "text", "",
    ])
    func anotherTypeIsRefused(_ type: String) throws {
        let answer = try send(Self.text("a", "b") + Self.end, ["Content-Type": type])
        #expect(answer.status == 415)
        #expect(try JSONValue(parsing: answer.body)["code"]?.string == "unsupported_media_type")
    }

    @Test func anEmptyBodyIsRefused() throws {
        #expect(try send([]).status == 400)
    }

    @Test func aCutFormIsRefused() throws {
        let whole = Self.file("file", "x", [UInt8](repeating: 7, count: 3000)) + Self.end
        for size in [10, 50, 100, 2000, whole.count - 5] {
            let answer = try send(Array(whole.prefix(size)))
            #expect(answer.status == 400)
            #expect(try JSONValue(parsing: answer.body)["code"]?.string == "malformed_request")
        }
        expectEmpty()
    }

    @Test func aTextThatIsNoTextIsRefused() throws {
        let answer = try send(Self.file("file", "x", [1]) + Self.part("name=\"note\"", [0xFF, 0xFE]) + Self.end)
        #expect(answer.status == 422)
        #expect(try JSONValue(parsing: answer.body)["code"]?.string == "validation_failed")
        expectEmpty()
    }

    // MARK: What goes wrong

    @Test func aFailedHandlerLeavesNothing() throws {
        let answer = try send(
            Self.file("file", "x", [UInt8](repeating: 1, count: 100_000)) + Self.end, to: "/envois/echec")
        #expect(answer.status == 409)
        expectEmpty()
    }

    @Test(arguments: [true, false]) func aClientThatLeavesLeavesNothing(_ abruptly: Bool) throws {
        let client = try RawClient(port: service.port)
        try client.send(RunningService.head("POST", "/envois", fields, length: 1_000_000))
        try client.send(Self.file("file", "x", [UInt8](repeating: 1, count: 300_000)))
        let deadline = Instant.now() + .seconds(5)
        while Self.names(in: directory.path).isEmpty, Instant.now() < deadline { usleep(1000) }
        #expect(Self.names(in: directory.path).count == 1)
        if abruptly { client.reset() } else { client.close() }
        expectEmpty()
    }

    @Test func aMissingDirectoryIsOurFault() throws {
        let answer = try send(Self.file("file", "x", [1]) + Self.end, ["Directory": directory.path + "/rien"])
        #expect(answer.status == 500)
        #expect(!answer.text.contains(directory.path))
    }

    @Test(.enabled(if: SmallDisk.isPossible, "only root may mount")) func aFullDiskIsSaidAndSurvived() throws {
        let disk = try SmallDisk(bytes: 1 << 20)
        for _ in 0..<3 {
            let answer = try send(
                Self.file("file", "x", [UInt8](repeating: 1, count: 3 << 20)) + Self.end, ["Directory": disk.path])
            #expect(answer.status == 507)
            #expect(answer.value("Content-Type") == "application/problem+json; charset=utf-8")
            #expect(try JSONValue(parsing: answer.body)["code"]?.string == "storage_full")
            expectEmpty(disk.path)
        }
        let small = try send(Self.file("file", "x", [1]) + Self.end, ["Directory": disk.path])
        #expect(small.status == 201)
    }
}

/// A file system of its own that is soon full.
private final class SmallDisk {
    static var isPossible: Bool {
        guard geteuid() == 0, let disk = try? SmallDisk(bytes: 4096) else { return false }
        return !disk.path.isEmpty
    }

    private let directory: TemporaryDirectory
    var path: String { directory.path }

    init(bytes: Int) throws {
        directory = try TemporaryDirectory()
        guard mount("tmpfs", directory.path, "tmpfs", 0, "size=\(bytes)") == 0 else {
            throw FileError("mount", directory.path, errno: errno)
        }
    }

    deinit { umount2(path, Int32(MNT_DETACH)) }
}

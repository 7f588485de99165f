import Glibc
import Platform
import Testing

@Suite struct FileTests {
    private func mode(_ path: String) -> UInt32 {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    @Test func readsWhatWasReplaced() throws {
        let scratch = try ScratchDirectory()
        for size in [0, 1, 16384, 16385, 1_000_000] {
            let bytes = SecureRandom.bytes(size)
            try File.replace(scratch("f"), with: bytes)
            #expect(try File.read(scratch("f"), limit: 1_000_000) == bytes)
        }
        #expect(scratch.names() == ["f"])
    }

    @Test(arguments: [0, 1, 16384, 70_000])
    func refusesTheByteAfterTheLimit(_ limit: Int) throws {
        let scratch = try ScratchDirectory()
        try File.replace(scratch("f"), with: [UInt8](repeating: 7, count: limit))
        #expect(try File.read(scratch("f"), limit: limit).count == limit)
        try File.replace(scratch("f"), with: [UInt8](repeating: 7, count: limit + 1))
        #expect(throws: FileError("read", scratch("f"), errno: EFBIG)) { try File.read(scratch("f"), limit: limit) }
    }

    @Test func anEndlessFileIsNotReadForEver() {
        #expect(throws: FileError("read", "/dev/zero", errno: EFBIG)) { try File.read("/dev/zero", limit: 100_000) }
    }

    @Test(arguments: [UInt32(0o600), 0o640, 0o666, 0o444])
    func theModeIsTheOneAskedFor(_ wanted: UInt32) throws {
        let scratch = try ScratchDirectory()
        try File.replace(scratch("f"), with: [1], mode: wanted)
        #expect(mode(scratch("f")) == wanted)
        try File.createDirectory(scratch("a/b/c"), mode: wanted | 0o700)
        #expect(mode(scratch("a")) == wanted | 0o700)
        #expect(mode(scratch("a/b/c")) == wanted | 0o700)
    }

    @Test func aFailedReplaceLeavesTheOldFileAndNoRest() throws {
        let scratch = try ScratchDirectory()
        try File.createDirectory(scratch("target/inside"))
        #expect(throws: FileError.self) { try File.replace(scratch("target"), with: [1]) }
        #expect(scratch.names() == ["target"])
        #expect(throws: FileError.self) { try File.replace(scratch("missing/f"), with: [1]) }
        let long = String(repeating: "n", count: 255)
        try File.replace(scratch(long), with: [1])
        #expect(throws: FileError("rename", scratch(long + "n"), errno: ENAMETOOLONG)) {
            try File.replace(scratch(long + "n"), with: [1])
        }
        #expect(scratch.names() == [long, "target"])
    }

    @Test func aFullDiskIsSaid() throws {
        let full = Descriptor(owning: open("/dev/full", O_WRONLY))
        let error = #expect(throws: FileError.self) { try full.write([1, 2, 3], name: "/dev/full") }
        #expect(error == FileError("write", "/dev/full", errno: ENOSPC))
        #expect(error?.code == "disque_plein")
        #expect(error?.message == "/dev/full : il n’y a plus de place sur le disque (write, errno 28)")
    }

    @Test func aReplacedFileIsAnotherFile() throws {
        let scratch = try ScratchDirectory()
        try File.replace(scratch("f"), with: Array("old".utf8))
        let held = Descriptor(owning: open(scratch("f"), O_RDONLY))
        try File.replace(scratch("f"), with: Array("new".utf8))
        // Whoever reads the old one reads all of it.
        #expect(try held.readToEnd(limit: 10, name: "f") == Array("old".utf8))
        #expect(try File.read(scratch("f"), limit: 10) == Array("new".utf8))
    }

    @Test func createDirectoryAcceptsOneThatExistsAndRefusesAFile() throws {
        let scratch = try ScratchDirectory()
        try File.createDirectory(scratch("d"), mode: 0o750)
        try File.createDirectory(scratch("d/"), mode: 0o700)
        #expect(mode(scratch("d")) == 0o750)
        try File.replace(scratch("f"), with: [])
        #expect(throws: FileError("mkdir", scratch("f"), errno: EEXIST)) { try File.createDirectory(scratch("f")) }
        let below = #expect(throws: FileError.self) { try File.createDirectory(scratch("f/below")) }
        #expect(below?.path == scratch("f"))
    }

    @Test func appendingLeavesWhatWasThere() throws {
        let scratch = try ScratchDirectory()
        try File.append(Array("a".utf8), to: scratch("f"))
        try File.append(Array("bc".utf8), to: scratch("f"))
        #expect(try File.read(scratch("f"), limit: 3) == Array("abc".utf8))
        #expect(mode(scratch("f")) == 0o600)
        #expect(throws: FileError.self) { try File.append([1], to: scratch("absent/f")) }
    }

    @Test func whatExistsIsNotCreatedAgain() throws {
        let scratch = try ScratchDirectory()
        #expect(try File.create(scratch("f"), with: [1], mode: 0o640))
        #expect(try !File.create(scratch("f"), with: [2]))
        #expect(try File.read(scratch("f"), limit: 1) == [1])
        #expect(mode(scratch("f")) == 0o640)
        #expect(scratch.names() == ["f"])
    }

    @Test func missingFilesAreNamed() {
        let error = #expect(throws: FileError.self) { try File.read("/nonexistent/file", limit: 1) }
        #expect(error?.code == "fichier_absent")
        #expect(error?.description == "/nonexistent/file : n’existe pas (open, errno 2)")
    }
}

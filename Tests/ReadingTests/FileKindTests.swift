import Platform
import TestKit
import Testing

@testable import Reading

@Suite struct FileKindTests {
    @Test(arguments: [
        ("", FileKind.empty), ("\u{feff}", .empty), (" \r\n\t\n", .empty), ("a;b\n1;2", .text), ("été", .text),
        ("%PDF-1.7\n", .pdf), ("[{\"a\":1}]", .json), (" { \"a\" : 1 }", .json), ("\u{feff}[]", .json),
        ("[ANNEE];[BUREAU]", .text), ("{a;b", .text), ("<html><table>", .markup), ("<?xml version=\"1.0\"?>", .markup),
        ("< 5;b", .text), ("PK;NOM\n1;2", .text), ("PK\u{3}\u{4}", .archive),
    ])
    func texts(_ text: String, _ kind: FileKind) throws {
        #expect(try FileKind.detect(DocumentBytes(Array(text.utf8))) == kind)
    }

    @Test(arguments: [
        ([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], FileKind.png), ([0xff, 0xd8, 0xff, 0xe0], .jpeg),
        ([0x49, 0x49, 0x2a, 0], .tiff), ([0x4d, 0x4d, 0, 0x2a], .tiff), ([0x1f, 0x8b, 8, 0], .archive),
        ([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], .oldOfficeFile), ([0xff, 0xfe, 0x61, 0], .text),
        ([0xff, 0xfe], .empty), (Array(0...255), .binary), ([0x61, 0, 0x62, 0], .binary),
    ])
    func signatures(_ bytes: [UInt8], _ kind: FileKind) throws {
        #expect(try FileKind.detect(DocumentBytes(bytes)) == kind)
    }

    /// One stray control character in a row is that row's affair.
    @Test func controlCharacters() throws {
        let row = Array("2024;18N;1;3004320000;x\n".utf8)
        let rows = Array(repeating: row, count: 10).flatMap { $0 }
        #expect(try FileKind.detect(DocumentBytes(rows + [0x61, 0])) == .text)
        #expect(try FileKind.detect(DocumentBytes(rows + Array(repeating: 0, count: 5))) == .binary)
        #expect(try FileKind.detect(DocumentBytes(rows + Array(repeating: 1, count: 30))) == .binary)
    }

    @Test func theNameSaysNothing() throws {
        let directory = try TemporaryDirectory()
        let text = try directory.file("x.xlsx", Array("a;b\n1;2\n".utf8))
        #expect(try TableFile(path: text).kind == .text)
        let pdf = try directory.file("x.csv", Array("%PDF-1.4".utf8))
        #expect(throws: ReadingError.notTable(.pdf)) { try TableFile(path: pdf) }
        let missing = ReadTable { try TableFile(path: directory.path + "/y").table() }
        #expect(missing.failure == "unreadable_file")
        #expect(ReadTable { try TableFile(path: directory.path).table() }.failure == "unreadable_file")
    }
}

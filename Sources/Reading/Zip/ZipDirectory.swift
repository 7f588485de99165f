/// The table of contents at the end of an archive.
struct ZipDirectory {
    struct Record {
        let entry: ZipEntry
        let name: [UInt8]
        /// Where the file's own header lies.
        let offset: Int
    }

    private static let endSize = 22
    private static let longestComment = 0xffff

    let records: [Record]
    let start: Int

    init(_ document: DocumentBytes, _ limits: ReadingLimits) throws(ReadingError) {
        let tailStart = max(0, document.count - Self.endSize - Self.longestComment)
        let tail = try document.bytes(tailStart..<document.count)
        guard let end = Self.endRecord(tail) else { throw .badArchive("no end of directory") }
        let count = Int(tail.u16(end + 10))
        let (size, start) = (Int(tail.u32(end + 12)), Int(tail.u32(end + 16)))
        guard count != 0xffff, size != 0xffff_ffff, start != 0xffff_ffff else { throw .badArchive("64-bit archive") }
        guard tail.u16(end + 4) == 0, tail.u16(end + 6) == 0, Int(tail.u16(end + 8)) == count else {
            throw .badArchive("spanned archive")
        }
        guard count <= limits.archiveEntries else { throw .tooExpanded("\(count) files") }
        guard start + size <= tailStart + end else { throw .badArchive("the directory lies outside") }
        self.start = start
        records = try Self.records(document.bytes(start..<start + size), count)
    }

    /// The last record whose comment ends with the file.
    private static func endRecord(_ tail: [UInt8]) -> Int? {
        var at = tail.count - endSize
        while at >= 0 {
            if tail.u32(at) == 0x0605_4b50, Int(tail.u16(at + 20)) == tail.count - at - endSize { return at }
            at -= 1
        }
        return nil
    }

    private static func records(_ bytes: [UInt8], _ count: Int) throws(ReadingError) -> [Record] {
        var records: [Record] = []
        var at = 0
        for _ in 0..<count {
            guard bytes.count - at >= 46, bytes.u32(at) == 0x0201_4b50 else { throw .badArchive("broken directory") }
            let nameEnd = at + 46 + Int(bytes.u16(at + 28))
            let next = nameEnd + Int(bytes.u16(at + 30)) + Int(bytes.u16(at + 32))
            guard next <= bytes.count else { throw .badArchive("broken directory") }
            records.append(try record(bytes, at, Array(bytes[at + 46..<nameEnd])))
            at = next
        }
        guard at == bytes.count else { throw .badArchive("broken directory") }
        return records
    }

    private static func record(_ bytes: [UInt8], _ at: Int, _ name: [UInt8]) throws(ReadingError) -> Record {
        let flags = bytes.u16(at + 8)
        if flags & 0x2041 != 0 {
            throw ReadingError("encrypted_file", "Le classeur est protégé par un mot de passe.")
        }
        let method: ZipEntry.Method
        switch bytes.u16(at + 10) {
        case 0: method = .stored
        case 8: method = .deflated
        default: throw .badArchive("unknown compression")
        }
        let (packed, size, offset) = (bytes.u32(at + 20), bytes.u32(at + 24), bytes.u32(at + 42))
        guard packed != .max, size != .max, offset != .max else { throw .badArchive("64-bit archive") }
        guard method == .deflated || packed == size else { throw .badArchive("two sizes of one stored file") }
        try checkName(name)
        let entry = ZipEntry(
            name: String(decoding: name, as: UTF8.self).lowercased(), method: method, checksum: bytes.u32(at + 16),
            packedSize: Int(packed), size: Int(size), data: 0..<0)
        return Record(entry: entry, name: name, offset: Int(offset))
    }

    /// Nothing is ever unpacked to a disk; a name that would leave its folder is still no office program's.
    private static func checkName(_ name: [UInt8]) throws(ReadingError) {
        let parts = name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let climbs = parts.contains { $0.elementsEqual("..".utf8) || $0.elementsEqual(".".utf8) }
        guard !name.isEmpty, name[0] != UInt8(ascii: "/"), !name.contains(0), !name.contains(UInt8(ascii: "\\")),
            !climbs
        else { throw .badArchive("a file's name is a path to elsewhere") }
    }
}

extension [UInt8] {
    /// Little-endian numbers. Whoever asks has compared with the end.
    func u16(_ at: Int) -> UInt16 { UInt16(self[at]) | UInt16(self[at + 1]) << 8 }
    func u32(_ at: Int) -> UInt32 { UInt32(u16(at)) | UInt32(u16(at + 2)) << 16 }
}

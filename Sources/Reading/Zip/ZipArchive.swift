/// A zip archive, trusted in nothing: the directory at its end and the header before each file must agree, files must
/// not overlap, and sizes are judged before a byte is unpacked. Spanned, encrypted and 64-bit archives are refused.
struct ZipArchive: Sendable {
    let document: DocumentBytes
    let entries: [ZipEntry]
    private let byName: [String: Int]

    init(_ document: DocumentBytes, _ limits: ReadingLimits) throws(ReadingError) {
        self.document = document
        let directory = try ZipDirectory(document, limits)
        entries = try Self.located(directory, document)
        var names: [String: Int] = [:]
        for (index, entry) in entries.enumerated() where names.updateValue(index, forKey: entry.name) != nil {
            throw .badArchive("two files of the same name")
        }
        byName = names
        try Self.checkExpansion(entries, limits)
    }

    subscript(_ name: String) -> ZipEntry? { byName[name.lowercased()].map { entries[$0] } }

    func open(_ entry: ZipEntry) throws(ReadingError) -> ZipEntryStream { try ZipEntryStream(document, entry) }

    /// The entries with the places of their bytes, in the order of the archive.
    private static func located(
        _ directory: ZipDirectory, _ document: DocumentBytes
    ) throws(ReadingError) -> [ZipEntry] {
        var free = 0
        var entries: [ZipEntry] = []
        for record in directory.records.sorted(by: { $0.offset < $1.offset }) {
            guard record.offset >= free, record.offset <= directory.start - 30 else {
                throw .badArchive("overlapping files")
            }
            let header = try document.bytes(record.offset..<record.offset + 30)
            let (nameSize, extraSize) = (Int(header.u16(26)), Int(header.u16(28)))
            let start = record.offset + 30 + nameSize + extraSize
            guard header.u32(0) == 0x0403_4b50, start <= directory.start,
                record.entry.packedSize <= directory.start - start,
                header.u16(8) == (record.entry.method == .stored ? 0 : 8),
                try document.bytes(record.offset + 30..<record.offset + 30 + nameSize) == record.name
            else { throw .badArchive("a file's header contradicts the directory") }
            var entry = record.entry
            // Whoever did not know them yet wrote them behind the file.
            let knowsSizes = header.u16(6) & 8 == 0
            guard
                !knowsSizes
                    || header.u32(14) == entry.checksum && header.u32(18) == UInt32(entry.packedSize)
                        && header.u32(22) == UInt32(entry.size)
            else { throw .badArchive("a file's header contradicts the directory") }
            entry.data = start..<start + entry.packedSize
            free = entry.data.upperBound
            entries.append(entry)
        }
        return entries
    }

    private static func checkExpansion(_ entries: [ZipEntry], _ limits: ReadingLimits) throws(ReadingError) {
        var total = 0
        for entry in entries {
            // Both are below 2^32, and the entries are few.
            total += entry.size
            guard entry.size - (1 << 20) <= entry.packedSize.multipliedReportingOverflow(by: limits.expansionRatio).0
            else { throw .tooExpanded("\(entry.packedSize) bytes would become \(entry.size)") }
        }
        guard total <= limits.expandedBytes else { throw .tooExpanded("\(total) bytes in all") }
    }
}

/// What a reader accepts at most. A file beyond is refused with a typed error, before it has cost more than that.
public struct ReadingLimits: Sendable {
    /// Of the file as it was sent.
    public var fileBytes = 256 << 20
    public var records = 5_000_000
    /// In one record.
    public var cells = 1024
    public var cellBytes = 1 << 20
    /// Of one record, quotes and delimiters included; also of one text of a sheet. Memory grows up to twice that.
    public var recordBytes = 8 << 20 {
        // Places within a record are counted in 32 bits.
        didSet { recordBytes = min(recordBytes, 1 << 28) }
    }
    /// Files inside an archive.
    public var archiveEntries = 1000
    /// All files of an archive once they are unpacked.
    public var expandedBytes = 2 << 30
    /// How often a packed byte may stand for another once it is unpacked, beyond the first mebibyte of a file.
    public var expansionRatio = 250
    public var sheets = 256
    /// All shared texts of a workbook, which stay in memory.
    public var sharedTextBytes = 128 << 20
    public var mergedRanges = 65_536
    /// Of a JSON text, which stays in memory.
    public var jsonBytes = 64 << 20

    public init() {}
}

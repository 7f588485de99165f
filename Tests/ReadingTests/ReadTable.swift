@testable import Reading

/// What a table delivers, and how it ends.
struct ReadTable: Equatable {
    struct Row: Equatable {
        let line: Int
        let cells: [String]
    }

    var rows: [Row] = []
    /// The error's code.
    var failure: String?

    var cells: [[String]] { rows.map(\.cells) }
    var lines: [Int] { rows.map(\.line) }

    init(_ open: () throws -> any Table) {
        do {
            let table = try open()
            while try table.next() {
                rows.append(Row(line: table.line, cells: (0..<table.cellCount).map { table.text($0) }))
            }
        } catch let error as ReadingError {
            failure = error.code
        } catch {
            failure = "\(error)"
        }
    }

    /// Any file, as it would be read.
    init(file bytes: [UInt8], _ limits: ReadingLimits = ReadingLimits()) {
        self.init { try TableFile(DocumentBytes(bytes), limits).table() }
    }

    init(_ text: String, _ limits: ReadingLimits = ReadingLimits()) { self.init(file: Array(text.utf8), limits) }

    /// A file that comes `step` bytes at a time.
    init(file bytes: [UInt8], step: Int) { self.init { try TableFile(DocumentBytes(bytes, pieceBytes: step)).table() } }
}

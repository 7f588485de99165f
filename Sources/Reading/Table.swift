/// A table of text that is read record by record, whatever file it comes from, in bounded memory.
///
/// All records come, blank ones, headers and totals among them: what they are is for others to say. What the current
/// record shows is valid until the next one is asked for: nothing is copied that nobody keeps.
public protocol Table: AnyObject {
    /// How the file is written, as people name it: `utf-8`, `cp1252`, `xlsx`…
    var encoding: String { get }
    /// The byte between two cells; nil where the file needs none.
    var delimiter: UInt8? { get }
    /// Goes on to the next record; false at the end. After an error it is not called again.
    func next() throws(ReadingError) -> Bool
    /// The physical line where the record starts, or the row of a sheet; from 1.
    var line: Int { get }
    var cellCount: Int { get }
    /// A cell's text in UTF-8, without quotes and escapes; empty when the record has no such cell.
    func withCell<R>(_ index: Int, _ body: (Span<UInt8>) throws -> R) rethrows -> R
    /// Copies the whole record, in one call.
    func copy(into record: inout TableRecord)
}

extension Table {
    public var delimiter: UInt8? { nil }

    public func copy(into record: inout TableRecord) { record.become(self) }

    /// A copy of a cell's text.
    public func text(_ index: Int) -> String {
        withCell(index) { cell in cell.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) } }
    }
}

/// A table of text that is read record by record, whatever file it comes from, in bounded memory.
///
/// What the current record shows is valid until the next one is asked for: nothing is copied that nobody keeps.
public protocol Table: AnyObject {
    /// How the file is written, as people name it: `utf-8`, `cp1252`, `xlsx`…
    var encoding: String { get }
    /// Goes on to the next record; false at the end.
    func next() throws(ReadingError) -> Bool
    /// The physical line where the record starts, or the row of a sheet; from 1.
    var line: Int { get }
    var cellCount: Int { get }
    /// A cell's text in UTF-8, without quotes and escapes; empty when the record has no such cell.
    func withCell<R>(_ index: Int, _ body: (Span<UInt8>) throws -> R) rethrows -> R
}

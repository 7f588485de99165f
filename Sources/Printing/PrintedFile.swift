import CTypeset
import Platform

/// A PDF while it is being written.
final class PrintedFile {
    /// Nil once it is finished.
    private var pointer: OpaquePointer?

    init(_ about: PrintedDocument.Description, _ page: PrintedDocument.Page) throws(PrintingError) {
        let begun = ctypeset_print_begin(
            page.width, page.height, about.created.rfc3339(.seconds), "InspectIA", about.title, about.author,
            about.subject,
            about.keywords)
        guard let begun else { throw .failed }
        pointer = begun
    }

    deinit { _ = try? finish() }

    func print(_ slab: Slab, x: Double, y: Double) {
        for mark in slab.marks {
            switch mark {
            case .lines(let text, let lines, let left, let top):
                ctypeset_print_lines(pointer, text.pointer, lines.lowerBound, lines.count, x + left, y + top)
            case .boxes(let boxes, let ink):
                let placed = boxes.map { ctypeset_box(x: x + $0.x, y: y + $0.y, width: $0.width, height: $0.height) }
                ctypeset_print_boxes(pointer, placed, placed.count, ink.rgb)
            }
        }
    }

    func printTurned(_ text: SetText, x: Double, y: Double, angle: Double) {
        ctypeset_print_turned(pointer, text.pointer, x, y, angle)
    }

    func endPage() { ctypeset_print_end_page(pointer) }

    func finish() throws(PrintingError) -> [UInt8] {
        guard let begun = pointer else { throw .failed }
        pointer = nil
        var count = 0
        guard let bytes = ctypeset_print_finish(begun, &count) else { throw .failed }
        defer { ctypeset_free(bytes) }
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }
}

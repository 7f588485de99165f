/// A document that a reading process has opened. It ends with the call that made it.
public final class PageSession: PageRereading {
    public let kind: FileKind
    public let pageCount: Int
    private let process: WorkerProcess
    private let secondsPerPage: Int
    /// Whether the process can be given another document.
    private(set) var isSound = true

    init(_ bytes: [UInt8], limits: PageLimits, secondsPerPage: Int, in process: WorkerProcess) throws(ReadingError) {
        guard bytes.count <= limits.fileBytes else { throw .documentTooLarge(limits.fileBytes) }
        (self.process, self.secondsPerPage) = (process, secondsPerPage)
        guard
            case .opened(let kind, let pages) = try Self.answer(
                .open(limits, bytes), in: process, seconds: secondsPerPage), pages > 0
        else { throw .readerFailed("open") }
        (self.kind, pageCount) = (kind, pages)
    }

    var processID: Int32 { process.id }

    /// Reads a page, the first being 1.
    public func page(_ number: Int) throws(ReadingError) -> ReadPage {
        guard case .page(let page) = try answer(.page(number)), page.page.number == number else { throw unexpected() }
        return page
    }

    public func read(_ places: [(box: PageBox, alphabet: PageAlphabet)], ofPage number: Int) throws -> [PageWord] {
        if places.isEmpty { return [] }
        guard case .words(let words) = try answer(.read(places, page: number)), words.count == places.count else {
            throw unexpected()
        }
        return words
    }

    /// The page, or a part of it, set upright, as a PNG of at most `widest` pixels on its longer side.
    public func image(ofPage number: Int, part: PageBox? = nil, widest: Int = 1600) throws(ReadingError) -> [UInt8] {
        guard case .image(let bytes) = try answer(.image(page: number, part: part, widest: widest)) else {
            throw unexpected()
        }
        return bytes
    }

    private func answer(_ request: PageRequest) throws(ReadingError) -> PageAnswer {
        guard isSound else { throw .documentClosed }
        do throws(ReadingError) { return try Self.answer(request, in: process, seconds: secondsPerPage) } catch {
            if error.code == ReadingError.unreadableDocument("").code { isSound = false }
            throw error
        }
    }

    private func unexpected() -> ReadingError {
        isSound = false
        return .readerFailed("unexpected answer")
    }

    private static func answer(
        _ request: PageRequest, in process: WorkerProcess, seconds: Int
    ) throws(ReadingError) -> PageAnswer {
        let answer = try process.answer(to: request, within: .seconds(seconds))
        if case .failed(let error) = answer { throw error }
        return answer
    }
}

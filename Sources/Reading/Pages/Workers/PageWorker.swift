import Glibc
public import Platform

/// The inside of a reading process, `inspectia worker ocr`: answers what it is asked over its standard input, which is
/// a socket, until nobody asks any more. A document that takes it over finds nothing to take. It is run on the only
/// thread of its process, as it is the thread that gives things up.
public enum PageWorker {
    static let longestRequest = 64 << 20
    static let longestAnswer = 64 << 20
    private static let memory = 1536 << 20
    /// Of the processor, for one answer.
    private static let seconds = 90
    private static let idle = Duration.seconds(120)

    public static func run() -> ExitCode {
        // What a library prints must not get into the answers.
        let socket = WireSocket(Descriptor(owning: dup(STDIN_FILENO)))
        let nowhere = open("/dev/null", O_RDWR)
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] { dup2(nowhere, stream) }
        close(nowhere)
        guard ReaderConfinement.enter(memory: memory) else { return .failure }
        let slot = RecogniserSlot()
        var document: PageDocument?
        while let message = try? socket.receive(longest: longestRequest, until: Instant.now() + idle) {
            guard let request = try? PageRequest(wire: message) else { return .failure }
            let answer = answer(request, &document, slot)
            guard (try? socket.send(answer.wire(), until: Instant.now() + .seconds(60))) != nil else { return .failure }
        }
        return .ok
    }

    private static func answer(
        _ request: PageRequest, _ document: inout PageDocument?, _ slot: RecogniserSlot
    ) -> PageAnswer {
        do throws(ReadingError) {
            ReaderConfinement.allow(seconds: seconds)
            if case .open(let limits, let bytes) = request {
                document = nil
                let opened = try PageDocument(bytes, limits: limits) { () throws(ReadingError) in try slot.recogniser()
                }
                document = opened
                return .opened(opened.kind, pages: opened.pageCount)
            }
            guard let document else { throw .documentClosed }
            switch request {
            case .open: throw .documentClosed
            case .page(let number): return .page(try document.page(number))
            case .read(let places, let number): return .words(try document.words(places, ofPage: number))
            case .image(let number, let part, let widest):
                return .image(try document.image(ofPage: number, part: part, widest: widest))
            }
        } catch {
            return .failed(error)
        }
    }
}

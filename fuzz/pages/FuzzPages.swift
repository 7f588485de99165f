import Reading

/// Whatever the bytes are, they are refused, or their pages have words with places. The libraries themselves are not
/// instrumented: what is sought are inputs that break what stands around them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPages(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var limits = PageLimits()
    (limits.pages, limits.pixels, limits.pagePoints) = (4, 250_000, 900)
    limits.recognitionMilliseconds = 100
    do {
        let document = try PageDocument(Array(UnsafeBufferPointer(start: start, count: count)), limits: limits)
        for number in 1...document.pageCount {
            let read = try document.page(number)
            precondition(read.page.aspect.isFinite && read.page.aspect > 0, "aspect")
            for word in read.page.words {
                let box = word.box
                precondition(box.left <= box.right && box.top <= box.bottom && 0...1 ~= word.confidence, "box")
            }
        }
    } catch is ReadingError {
    } catch {
        preconditionFailure("\(error)")
    }
    return 0
}

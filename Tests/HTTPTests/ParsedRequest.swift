@testable import HTTP

/// A head that was read, with its texts taken out of the buffer.
struct ParsedRequest {
    var outcome: ParseOutcome
    var head = RequestHead()
    var method = "", path = "", query = "", host = ""
    var fields: [(name: String, value: String)] = []

    init(_ bytes: [UInt8], limits: HeadLimits = HeadLimits(), known: Int = 0) {
        var head = RequestHead()
        let storage = UnsafeMutablePointer<HeaderField>.allocate(capacity: limits.fields)
        defer { storage.deallocate() }
        outcome = bytes.withUnsafeBytes {
            RequestParser(limits: limits).parse($0, known: known, head: &head, fields: storage)
        }
        guard outcome == .complete else { return }
        func text(_ slice: Slice) -> String { String(decoding: bytes[slice.range], as: UTF8.self) }
        self.head = head
        (method, path, query, host) = (text(head.methodName), text(head.path), text(head.query), text(head.host))
        fields = (0..<head.fieldCount).map { (text(storage[$0].name), text(storage[$0].value)) }
    }
    init(_ text: String, limits: HeadLimits = HeadLimits()) { self.init(Array(text.utf8), limits: limits) }

    var error: ParseError? { if case .failed(let error) = outcome { error } else { nil } }
}

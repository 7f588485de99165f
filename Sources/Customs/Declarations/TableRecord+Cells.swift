import Reading

extension TableRecord {
    var texts: [String] { (0..<count).map(text) }

    func text(_ index: Int) -> String { String(decoding: bytes[range(index)], as: UTF8.self) }

    func isBlank(_ index: Int) -> Bool {
        let (start, end) = TextEdges.trimmed(bytes.span.extracting(range(index)))
        return start == end
    }
}

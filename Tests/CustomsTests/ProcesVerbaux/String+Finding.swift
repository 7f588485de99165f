/// Parts of texts, without Foundation.
extension String {
    func replacingCharacters(in range: Range<Index>, with text: String) -> String {
        var copy = self
        copy.replaceSubrange(range, with: text)
        return copy
    }
    func replacingFirst(_ old: String, _ new: String) -> String {
        firstRange(of: old).map { replacingCharacters(in: $0, with: new) } ?? self
    }
    func firstRange(of other: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(other) { return start..<index(start, offsetBy: other.count) }
            formIndex(after: &start)
        }
        return nil
    }
}

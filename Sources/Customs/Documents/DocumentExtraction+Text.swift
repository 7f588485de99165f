extension DocumentExtraction {
    /// What was read, for a person: a line a field, the doubtful ones marked.
    public func text(of source: DocumentSource, explained: Bool = false) -> String {
        var lines = ["\(source.file) : \(source.pages) page(s), formulaire « \(layout) », \(values.count) champs"]
        for name in names {
            guard let value = values[name] else { continue }
            let sureness = "\(Int((value.confidence * 100).rounded())) %"
            let mark = value.confidence >= 0.95 ? " " : "?"
            lines.append("\(mark) \(name) = \(value.value)  (\(sureness), page \(value.page))")
            if explained { lines += value.trace.map { "      \($0)" } }
        }
        lines += unread.map { "! \($0.field) : \($0.reason)" }
        lines += controls.map { "* \($0.code.rawValue) : \($0.message)" }
        return lines.joined(separator: "\n")
    }
}

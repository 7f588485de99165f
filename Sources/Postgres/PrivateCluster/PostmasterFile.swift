/// What a running server writes in `postmaster.pid`.
struct PostmasterFile: Equatable {
    let process: Int32
    /// Whether it accepts connections.
    let isReady: Bool

    /// Nil for a file that is not complete yet: the server writes it in several steps.
    init?(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, let process = Int32(first), process > 0 else { return nil }
        self.process = process
        isReady = lines.count > 7 && lines[7].trimmingSpaces == "ready"
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        guard let end = lastIndex(where: { $0 != " " }) else { return "" }
        return self[...end]
    }
}

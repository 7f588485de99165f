extension CivilDate: CustomStringConvertible {
    /// Appends `2026-03-01`.
    public func writeISO(to bytes: inout [UInt8]) {
        var text = StampText()
        text.put(self)
        text.append(to: &bytes)
    }

    public var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(10)
        writeISO(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads `2026-03-01` and nothing else.
    public init?(iso bytes: Span<UInt8>) {
        guard bytes.count == 10, let year = ASCII.number(bytes, at: 0, width: 4), ASCII.matches(bytes, at: 4, "-"),
            let month = ASCII.number(bytes, at: 5, width: 2), ASCII.matches(bytes, at: 7, "-"),
            let day = ASCII.number(bytes, at: 8, width: 2)
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    public init?(iso text: String) { self.init(iso: text.utf8.span) }
}

/// Finds the fields of a text, one row after the other.
struct FieldScanner {
    /// Doubled quotes become single ones where they are, so a field is always one piece.
    private(set) var bytes: [UInt8]
    private var place = 0
    private var line = 1
    private var delimiter = UInt8(ascii: ",")

    private static let (quote, feed, turn) = (UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"))

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { place = 3 }
    }

    mutating func header() throws(LearningError) -> [String] {
        let first = bytes[place...].prefix { $0 != Self.feed }
        guard !first.isEmpty else { throw LearningError(.badRow, "ligne 1", detail: "no header") }
        if !first.contains(delimiter) {
            delimiter = [UInt8(ascii: ";"), UInt8(ascii: "\t")].first { first.contains($0) } ?? delimiter
        }
        var fields: [(start: Int32, end: Int32)] = []
        _ = try row(width: nil, into: &fields)
        let names = fields.map { String(decoding: bytes[Int($0.start)..<Int($0.end)], as: UTF8.self) }
        guard names.count <= TextTable.mostColumns else { throw LearningError(.tooLarge, "\(names.count) colonnes") }
        guard !names.contains(""), Set(names).count == names.count else {
            throw LearningError(.badRow, "ligne 1, noms de colonnes vides ou répétés")
        }
        return names
    }

    /// Appends the next row's fields, and returns its line; nil at the end. A line without anything is no row, unless
    /// one column is all there is.
    mutating func row(
        width: Int?, into fields: inout [(start: Int32, end: Int32)]
    ) throws(LearningError) -> Int? {
        if width != 1 { skipEmptyLines() }
        guard place < bytes.count else { return nil }
        let (start, first) = (line, fields.count)
        while true {
            fields.append(try field())
            guard place < bytes.count else { break }
            let byte = bytes[place]
            place += 1
            if byte == delimiter { continue }
            if byte == Self.turn, place < bytes.count, bytes[place] == Self.feed { place += 1 }
            line += 1
            break
        }
        if let width, fields.count - first != width {
            throw LearningError(.badRow, "ligne \(start), \(fields.count - first) champs au lieu de \(width)")
        }
        return start
    }

    private mutating func skipEmptyLines() {
        while place < bytes.count, bytes[place] == Self.feed || bytes[place] == Self.turn {
            if bytes[place] == Self.feed { line += 1 }
            place += 1
        }
    }

    /// Ends before a delimiter, a line's end or the text's.
    private mutating func field() throws(LearningError) -> (start: Int32, end: Int32) {
        if place < bytes.count, bytes[place] == Self.quote { return try quoted() }
        let start = place
        while place < bytes.count {
            let byte = bytes[place]
            if byte == delimiter || byte == Self.feed || byte == Self.turn { break }
            guard byte != Self.quote else { throw LearningError(.badRow, "ligne \(line), guillemet inattendu") }
            place += 1
        }
        if place < bytes.count, bytes[place] == Self.turn, place + 1 >= bytes.count || bytes[place + 1] != Self.feed {
            throw LearningError(.badRow, "ligne \(line), retour chariot inattendu")
        }
        return (Int32(start), Int32(place))
    }

    private mutating func quoted() throws(LearningError) -> (start: Int32, end: Int32) {
        let opened = line
        place += 1
        let start = place
        var end = start
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            if byte == Self.quote {
                guard place < bytes.count, bytes[place] == Self.quote else {
                    try requireEnd()
                    return (Int32(start), Int32(end))
                }
                place += 1
            } else if byte == Self.feed {
                line += 1
            }
            bytes[end] = byte
            end += 1
        }
        throw LearningError(.badRow, "ligne \(opened), guillemet jamais fermé")
    }

    private func requireEnd() throws(LearningError) {
        guard place >= bytes.count || [delimiter, Self.feed, Self.turn].contains(bytes[place]) else {
            throw LearningError(.badRow, "ligne \(line), texte après un guillemet fermant")
        }
    }
}

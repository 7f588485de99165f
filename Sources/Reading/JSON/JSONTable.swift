import JSON

/// A JSON text as a table: an array of objects, such an array under `declarations`, or one object.
///
/// The first record holds the names of all members, in the order in which they appear; each object is a record. Objects
/// under `articles` are a record each, with the members of the declaration repeated. Numbers keep their text; booleans
/// are 1 and 0; null is empty; other arrays and objects stand in their cell as JSON.
final class JSONTable: Table {
    let encoding = "json"
    private(set) var line = 1
    var cellCount: Int { record.count }

    private let bytes: [UInt8]
    private let records: [JSONSurvey.Record]
    private let header: JSONHeader
    private let limits: ReadingLimits
    private var record = TableRecord()
    /// The declaration whose articles come, without them.
    private var declaration = TableRecord()
    private var declarationStart = -1
    private var position = -1
    /// `line` is that of this byte.
    private var lineOffset = 0
    private var delivered = 0

    init(_ document: DocumentBytes, _ limits: ReadingLimits) throws(ReadingError) {
        guard document.count <= limits.jsonBytes else { throw .tooLarge(limits.jsonBytes) }
        var bytes = try document.bytes(0..<document.count)
        // A mark is no part of JSON, but files have it.
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { bytes.replaceSubrange(0..<3, with: "   ".utf8) }
        let survey: JSONSurvey
        do throws(JSONError) { survey = try JSONSurvey(bytes, limits) } catch { throw Self.refusal(error) }
        if let failure = survey.failure { throw failure }
        (self.bytes, records, header, self.limits) = (bytes, survey.records, survey.header, limits)
    }

    func next() throws(ReadingError) -> Bool {
        guard position < records.count, let first = records.first else { return false }
        if position < 0 {
            for (column, name) in header.names.enumerated() {
                record.show(record.append { $0.append(contentsOf: name.utf8) }, in: column)
            }
            goTo(first.declaration.lowerBound)
        } else {
            let place = records[position]
            goTo((place.article ?? place.declaration).lowerBound)
            do throws(JSONError) { try show(place) } catch { throw Self.refusal(error) }
        }
        position += 1
        // A declaration is repeated for every article: a short text can make a long table.
        delivered += record.bytes.count
        guard delivered <= limits.expandedBytes else { throw .tooExpanded("repeated declarations") }
        return true
    }

    func withCell<R>(_ index: Int, _ body: (Span<UInt8>) throws -> R) rethrows -> R {
        try record.withCell(index, body)
    }

    func copy(into other: inout TableRecord) { other.become(record, line: line) }

    private static func refusal(_ error: JSONError) -> ReadingError {
        ReadingError("bad_json", "Le document JSON ne peut pas être lu : \(error.description).")
    }

    private func goTo(_ offset: Int) {
        for k in lineOffset..<max(lineOffset, offset) where bytes[k] == 0x0a { line += 1 }
        lineOffset = max(lineOffset, offset)
    }

    private func show(_ place: JSONSurvey.Record) throws(JSONError) {
        if place.declaration.lowerBound != declarationStart {
            declaration.removeAll()
            try Self.show(place.declaration, of: bytes, header, in: &declaration, isDeclaration: true)
            declarationStart = place.declaration.lowerBound
        }
        record = declaration
        if let article = place.article {
            try Self.show(article, of: bytes, header, in: &record, isDeclaration: false)
        }
    }

    private static func show(
        _ object: Range<Int>, of bytes: [UInt8], _ header: JSONHeader, in record: inout TableRecord,
        isDeclaration: Bool
    ) throws(JSONError) {
        var reader = JSONReader(bytes.span.extracting(object).bytes)
        try reader.object { key, value throws(JSONError) in
            if isDeclaration, case "articles" = key, try value.kind() == .array { return try value.skip() }
            let range = try appendText(&value, bytes, object.lowerBound, to: &record)
            if let column = header.column(key.string), !range.isEmpty { record.show(range, in: column) }
        }
    }

    private static func appendText(
        _ reader: inout JSONReader, _ bytes: [UInt8], _ start: Int, to record: inout TableRecord
    ) throws(JSONError) -> Range<Int> {
        switch try reader.kind() {
        case .string:
            let string = try reader.string()
            return record.append { $0.append(contentsOf: string.utf8) }
        case .boolean:
            let flag = try reader.bool()
            return record.append { $0.append(flag ? 0x31 : 0x30) }
        case .null:
            _ = try reader.null()
            return 0..<0
        case .number, .array, .object:
            let slice = try reader.slice()
            return record.append { $0.append(contentsOf: bytes[start + slice.lowerBound..<start + slice.upperBound]) }
        }
    }
}

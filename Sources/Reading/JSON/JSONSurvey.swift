import JSON

/// The names of all members, in the order in which they appear first.
struct JSONHeader {
    private(set) var names: [String] = []
    private var columns: [String: Int] = [:]

    func column(_ name: String) -> Int? { columns[name] }

    mutating func add(_ name: String) {
        guard columns[name] == nil else { return }
        columns[name] = names.count
        names.append(name)
    }
}

/// What must be known of a JSON text before it can be read as a table: where its records lie and which names they use.
/// The whole text is checked on the way.
struct JSONSurvey {
    /// A declaration, or one of its articles.
    struct Record {
        let declaration: Range<Int>
        let article: Range<Int>?
    }

    private(set) var records: [Record] = []
    private(set) var header = JSONHeader()
    /// The text is JSON, but more than is accepted.
    private(set) var failure: ReadingError?
    private let limits: ReadingLimits
    private let bytes: [UInt8]

    init(_ bytes: [UInt8], _ limits: ReadingLimits) throws(JSONError) {
        (self.bytes, self.limits) = (bytes, limits)
        var reader = JSONReader(bytes.span.bytes)
        if try reader.kind() == .array {
            try readArray(&reader)
        } else if let list = try declarations() {
            // Checked as a whole by now.
            var inner = JSONReader(bytes.span.extracting(list).bytes)
            try readArray(&inner, from: list.lowerBound)
            try reader.skip()
        } else {
            try readObject(&reader, from: 0)
        }
        try reader.finish()
    }

    /// Where the array `declarations` of the document lies, if it has one.
    private func declarations() throws(JSONError) -> Range<Int>? {
        var reader = JSONReader(bytes.span.bytes)
        var found: Range<Int>?
        try reader.object { key, value throws(JSONError) in
            if case "declarations" = key, try value.kind() == .array {
                found = try value.slice()
            } else {
                try value.skip()
            }
        }
        return found
    }

    private mutating func readArray(_ reader: inout JSONReader, from start: Int = 0) throws(JSONError) {
        try reader.array { element throws(JSONError) in try self.readObject(&element, from: start) }
    }

    private mutating func readObject(_ reader: inout JSONReader, from start: Int) throws(JSONError) {
        guard try reader.kind() == .object else {
            // Throws: it is no object.
            return try reader.object { _, value throws(JSONError) in try value.skip() }
        }
        let slice = try reader.slice()
        let declaration = start + slice.lowerBound..<start + slice.upperBound
        let articles = try addNames(declaration, isDeclaration: true)
        for article in articles {
            let place = declaration.lowerBound + article.lowerBound..<declaration.lowerBound + article.upperBound
            _ = try addNames(place, isDeclaration: false)
            add(Record(declaration: declaration, article: place))
        }
        if articles.isEmpty { add(Record(declaration: declaration, article: nil)) }
    }

    private static func elements(_ list: inout JSONReader) throws(JSONError) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        try list.array { element throws(JSONError) in ranges.append(try element.slice()) }
        return ranges
    }

    /// Says where the articles of a declaration lie in it.
    private mutating func addNames(_ object: Range<Int>, isDeclaration: Bool) throws(JSONError) -> [Range<Int>] {
        // Not `self`'s, which changes meanwhile.
        let bytes = bytes
        var reader = JSONReader(bytes.span.extracting(object).bytes)
        var articles: [Range<Int>] = []
        try reader.object { key, value throws(JSONError) in
            if isDeclaration, case "articles" = key, try value.kind() == .array {
                articles = try JSONSurvey.elements(&value)
            } else {
                self.addName(key.string)
                try value.skip()
            }
        }
        return articles
    }

    private mutating func addName(_ name: String) {
        guard header.names.count < limits.cells || header.column(name) != nil else {
            return failure = .tooManyCells(line: 1, limits.cells)
        }
        header.add(name)
    }

    private mutating func add(_ record: Record) {
        guard records.count < limits.records else { return failure = .tooManyRecords(limits.records) }
        records.append(record)
    }
}

/// Importers, declarants, origins, tariff codes or containers that are watched, or exempted from criteria.
public struct ControlList: Sendable, Equatable {
    public enum Key: String, Sendable, CaseIterable {
        case importateur, declarant, origine, conteneur
        /// An entry is the beginning of a code.
        case codeSH = "code_sh"
    }
    public struct Entry: Sendable, Equatable {
        public let value: String
        public let validFrom: Int32
        public let validTo: Int32
        public let reason: String
        public let author: String
        /// Of an exemption: the criteria it spares; empty: all that are not mandatory.
        public let criteria: [String]

        public init(
            value: String, validFrom: Int32, validTo: Int32, reason: String, author: String, criteria: [String] = []
        ) throws(DecisionError) {
            guard !ControlList.plain(value).isEmpty, value.utf8.count <= 200, validFrom <= validTo,
                DecisionLimits.isText(reason), DecisionLimits.isText(author), criteria.count <= 100,
                criteria.allSatisfy(DecisionLimits.isCode)
            else {
                throw DecisionError(
                    .badList, "« \(value.prefix(64)) » : une entrée a une valeur, une validité, un motif et un auteur")
            }
            (self.value, self.validFrom, self.validTo) = (value, validFrom, validTo)
            (self.reason, self.author, self.criteria) = (reason, author, criteria)
        }
    }

    public let code: String
    public let sentence: String
    public let key: Key
    /// What a declaration on the list meets; nil: the list exempts.
    public let action: Criterion.Action?
    public let entries: [Entry]

    public init(
        code: String, sentence: String, key: Key, action: Criterion.Action?, entries: [Entry]
    ) throws(DecisionError) {
        guard DecisionLimits.isCode(code), DecisionLimits.isText(sentence), action != .randomShare else {
            throw DecisionError(.badList, "« \(code.prefix(64)) » : code, phrase ou action refusés")
        }
        guard entries.count <= DecisionLimits.standard.listEntries else {
            throw DecisionError(.tooMuch, "« \(code) » : plus de \(DecisionLimits.standard.listEntries) entrées")
        }
        (self.code, self.sentence, self.key, self.action, self.entries) = (code, sentence, key, action, entries)
    }

    /// Letters and digits, in capitals: `SN 0012-34` is `SN001234`.
    static func plain(_ value: String) -> [UInt8] {
        value.utf8.compactMap { byte in
            switch byte {
            case 0x61...0x7a: byte - 0x20
            case 0x41...0x5a, 0x30...0x39, 0x80...: byte
            default: nil
            }
        }
    }
}

/// By what a declaration is looked up in lists.
public struct ListSubject: Sendable {
    /// By whatever an importer or a declarant is known.
    public var importers: [String] = []
    public var declarants: [String] = []
    public var origins: [String] = []
    public var codes: [String] = []
    public var containers: [String] = []

    public init() {}

    func values(_ key: ControlList.Key) -> [String] {
        switch key {
        case .importateur: importers
        case .declarant: declarants
        case .origine: origins
        case .codeSH: codes
        case .conteneur: containers
        }
    }
}

/// A list on one day, ready to be asked.
struct CompiledList: Sendable {
    let list: ControlList
    private let places: [[UInt8]: Int]
    /// Of the beginnings of codes, the lengths that occur.
    private let lengths: [Int]

    init(_ list: ControlList, on day: Int32) {
        self.list = list
        var places: [[UInt8]: Int] = [:]
        for (place, entry) in list.entries.enumerated() where entry.validFrom <= day && day <= entry.validTo {
            let plain = ControlList.plain(entry.value)
            if places[plain] == nil { places[plain] = place }
        }
        self.places = places
        lengths = list.key == .codeSH ? Set(places.keys.map(\.count)).sorted() : []
    }

    /// The entry that the declaration meets, of its first value that meets one.
    func entry(for subject: ListSubject) -> ControlList.Entry? {
        if places.isEmpty { return nil }
        for value in subject.values(list.key) {
            let plain = ControlList.plain(value)
            if list.key == .codeSH {
                for length in lengths where length <= plain.count {
                    if let place = places[Array(plain.prefix(length))] { return list.entries[place] }
                }
            } else if let place = places[plain] {
                return list.entries[place]
            }
        }
        return nil
    }
}

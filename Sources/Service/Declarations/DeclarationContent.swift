import Crypto
import Customs
import JSON
import Platform

/// A declaration as it is stored, and back. Numbers keep every bit; what is missing has no member.
///
/// What tells about people or firms goes apart from the rest, so that it can be sealed; what a control found does not go
/// at all: that is the ledger's.
struct DeclarationContent: Sendable {
    let vocabulary: Vocabulary
    private let header: [Slot]
    private let article: [Slot]
    private let parties: [(role: Party.Role, slots: [Slot])]

    init(vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        header = Self.slots(of: vocabulary) { $0.level != .issue && $0.personalData == nil }
        article = Self.slots(of: vocabulary) { $0.level == .article }
        parties = Party.Role.allCases.map { role in
            (role, Self.slots(of: vocabulary) { $0.level != .issue && Party.Role(of: $0) == role })
        }
    }

    /// The texts that are stored.
    struct Written: Sendable {
        /// Of the header, without what is personal.
        let fields: [UInt8]
        let parties: [Party]
        let articles: [[UInt8]]
        /// Knows the same declaration again, in whatever order its articles come.
        let fingerprint: Digest
    }

    func write(_ declaration: Declaration) -> Written {
        let fields = Self.object(declaration.facts, header)
        let parties = parties.compactMap { role, slots in
            let identity = Self.object(declaration.facts, slots)
            return identity == Self.nothing
                ? nil
                : Party(role, identity: identity) { name in
                    vocabulary.schema[name].flatMap { declaration.facts.texts[$0.slot] }
                }
        }
        let articles = declaration.articles.map { Self.object($0.facts, article) }
        let hash = SHA256()
        let sorted = articles.sorted { $0.lexicographicallyPrecedes($1) }
        for part in [fields] + parties.map(\.identity) + sorted {
            withUnsafeBytes(of: part.count.littleEndian) { hash.update($0) }
            hash.update(part)
        }
        return Written(fields: fields, parties: parties, articles: articles, fingerprint: hash.finish())
    }

    private static let nothing = Array("{}".utf8)

    /// A field that is stored, and where its value is.
    private struct Slot: Sendable {
        enum Kind { case text, date, number }
        let name: String
        let slot: Int
        let kind: Kind
    }

    private static func slots(of vocabulary: Vocabulary, where isWanted: (Field) -> Bool) -> [Slot] {
        vocabulary.fields.enumerated().compactMap { place, field in
            guard isWanted(field) else { return nil }
            let stored = vocabulary.schema.fields[place]
            return Slot(
                name: field.name, slot: stored.slot,
                kind: stored.kind == .texte ? .text : field.kind == .date ? .date : .number)
        }
    }

    private static func object(_ facts: Facts, _ slots: [Slot]) -> [UInt8] {
        var writer = JSONWriter(capacity: 512)
        writer.object { writer in
            for one in slots {
                if one.kind == .text {
                    guard let text = facts.texts[one.slot] else { continue }
                    writer.key(one.name)
                    // NUL cannot be stored.
                    writer.string(text.utf8.contains(0) ? String(text.map { $0 == "\0" ? "\u{fffd}" : $0 }) : text)
                    continue
                }
                let number = facts.numbers[one.slot]
                guard number.isFinite else { continue }
                writer.key(one.name)
                if one.kind == .date, let days = Int(exactly: number) {
                    writer.string(CivilDate(daysSinceEpoch: days).description)
                } else {
                    writer.double(number)
                }
            }
        }
        return writer.finish()
    }

    /// The declaration as it was written. A member that is no field any more is left aside.
    func read(
        key: Declaration.Key, fields: [UInt8], identities: [[UInt8]], articles: [[UInt8]]
    ) throws(JSONError) -> Declaration {
        var header = Facts(for: vocabulary.schema)
        for text in [fields] + identities { try fill(&header, from: text) }
        var lines: [Article] = []
        for text in articles {
            var facts = header
            for (place, field) in vocabulary.fields.enumerated() where field.level == .article {
                let slot = vocabulary.schema.fields[place].slot
                if vocabulary.schema.fields[place].kind == .texte {
                    facts.texts[slot] = nil
                } else {
                    facts.numbers[slot] = .nan
                }
            }
            try fill(&facts, from: text)
            lines.append(Article(facts: facts))
        }
        return Declaration(key: key, facts: header, articles: lines)
    }

    private func fill(_ facts: inout Facts, from text: [UInt8]) throws(JSONError) {
        for member in try JSONValue(parsing: text).members ?? [] {
            guard let place = vocabulary.index(of: member.name) else { continue }
            let slot = vocabulary.schema.fields[place].slot
            if vocabulary.schema.fields[place].kind == .texte {
                facts.texts[slot] = member.value.string
            } else if vocabulary.fields[place].kind == .date,
                let date = member.value.string.flatMap({ CivilDate(iso: $0) })
            {
                facts.numbers[slot] = Double(date.daysSinceEpoch)
            } else {
                facts.numbers[slot] = member.value.double ?? .nan
            }
        }
    }
}

/// What lists and decisions need of a declaration.
struct DeclarationFigures: Sendable {
    let day: Int32?
    let value: Double?
    let originDiffers: Bool

    init(_ declaration: Declaration, _ vocabulary: Vocabulary) {
        func number(_ name: String) -> Double? {
            vocabulary.schema[name].map { declaration.facts.numbers[$0.slot] }.flatMap { $0.isFinite ? $0 : nil }
        }
        func text(_ name: String) -> String? { vocabulary.schema[name].flatMap { declaration.facts.texts[$0.slot] } }
        day = number("date_enregistrement").flatMap { Int32(exactly: $0) }
        value = number("valeur_caf")
        if let origin = text("pays_origine"), let provenance = text("pays_provenance") {
            originDiffers = origin != provenance
        } else {
            originDiffers = false
        }
    }
}

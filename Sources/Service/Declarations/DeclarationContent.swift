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
        let fields = object(declaration.facts) { $0.level != .issue && $0.personalData == nil }
        let parties = Party.Role.allCases.compactMap { role in
            let identity = object(declaration.facts) { $0.level != .issue && Party.Role(of: $0) == role }
            return identity == Self.nothing
                ? nil
                : Party(role, identity: identity) { name in
                    vocabulary.schema[name].flatMap { declaration.facts.texts[$0.slot] }
                }
        }
        let articles = declaration.articles.map { object($0.facts) { $0.level == .article } }
        let hash = SHA256()
        let sorted = articles.sorted { $0.lexicographicallyPrecedes($1) }
        for part in [fields] + parties.map(\.identity) + sorted {
            withUnsafeBytes(of: part.count.littleEndian) { hash.update($0) }
            hash.update(part)
        }
        return Written(fields: fields, parties: parties, articles: articles, fingerprint: hash.finish())
    }

    private static let nothing = Array("{}".utf8)

    private func object(_ facts: Facts, where isWanted: (Field) -> Bool) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            for (place, field) in vocabulary.fields.enumerated() where isWanted(field) {
                let slot = vocabulary.schema.fields[place].slot
                if isText(place) {
                    guard let text = facts.texts[slot] else { continue }
                    writer.key(field.name)
                    // NUL cannot be stored.
                    writer.string(text.utf8.contains(0) ? String(text.map { $0 == "\0" ? "\u{fffd}" : $0 }) : text)
                    continue
                }
                let number = facts.numbers[slot]
                guard number.isFinite else { continue }
                writer.key(field.name)
                if field.kind == .date, let days = Int(exactly: number) {
                    writer.string(CivilDate(daysSinceEpoch: days).description)
                } else {
                    writer.double(number)
                }
            }
        }
        return writer.finish()
    }

    private func isText(_ place: Int) -> Bool { vocabulary.schema.fields[place].kind == .texte }

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
                if isText(place) { facts.texts[slot] = nil } else { facts.numbers[slot] = .nan }
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
            if isText(place) {
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

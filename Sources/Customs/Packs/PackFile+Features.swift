import JSON
import Platform

extension PackFile {
    private static let featureKeys = [
        "nom", "libelle", "famille", "type", "usage", "niveau", "agrege", "formule", "unite", "reference", "phrases",
    ]

    mutating func feature(_ reader: inout JSONReader, _ pointer: String) throws(JSONError) -> FeatureDefinition {
        let start = try reader.offset()
        var (name, label, formula): (String?, String?, String?)
        var (family, nature): (FeatureDefinition.Family?, FeatureDefinition.Nature?)
        var (usage, unit) = (FeatureDefinition.Usage.modele, FeatureUnit.article)
        var aggregation: Aggregation?
        var (measure, reference): (String?, String?)
        var sentences: [SentenceOccasion: FeatureDefinition.Sentence] = [:]
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "nom": name = try featureName(&reader)
            case "libelle": label = try reader.string()
            case "famille": family = try word(&reader)
            case "type": nature = try word(&reader)
            case "usage": usage = try word(&reader)
            case "niveau": unit = try word(&reader)
            case "agrege": aggregation = try self.aggregation(&reader)
            case "formule": formula = try self.formula(&reader)
            case "unite": measure = try reader.string()
            case "reference": reference = try reader.string()
            case "phrases": sentences = try self.sentences(&reader)
            default: throw unknown(key.string, &reader, key, among: Self.featureKeys)
            }
        }
        if unit == .declaration, aggregation != nil {
            throw refuse(&reader, start, "« agrege » ne s’emploie qu’au niveau de l’article")
        }
        if unit == .article, aggregation == nil, usage != .interne {
            throw refuse(&reader, start, "« agrege » manque : comment les articles font-ils la déclaration ?")
        }
        return FeatureDefinition(
            name: try reader.required(name, "nom"), label: try reader.required(label, "libelle"),
            family: try reader.required(family, "famille"), nature: try reader.required(nature, "type"), usage: usage,
            unit: unit, aggregation: aggregation, formula: try reader.required(formula, "formule"), measure: measure,
            reference: reference, sentences: sentences,
            place: PackPlace(file: self.name, pointer: pointer, line: line(of: start)))
    }

    private mutating func featureName(_ reader: inout JSONReader) throws(JSONError) -> String {
        let place = try reader.offset()
        let name = try reader.string()
        guard Self.isName(name) else {
            throw refuse(&reader, place, "un nom n’a que des lettres sans accent, des chiffres et « _ »")
        }
        return name
    }

    /// One of the words of an enumeration.
    private mutating func word<Word: RawRepresentable<String> & CaseIterable>(
        _ reader: inout JSONReader
    ) throws(JSONError) -> Word {
        let place = try reader.offset()
        let text = try reader.string()
        if let word = Word(rawValue: text) { return word }
        throw refuse(&reader, place, Self.choice(text, among: Word.allCases.map(\.rawValue)))
    }

    private static func choice(_ text: String, among words: [String]) -> String {
        "« \(text) » n’est pas l’un de : \(words.joined(separator: ", "))"
    }

    private mutating func aggregation(_ reader: inout JSONReader) throws(JSONError) -> Aggregation {
        let place = try reader.offset()
        let text = try reader.string()
        if let aggregation = Aggregation(text) { return aggregation }
        throw refuse(&reader, place, Self.choice(text, among: Aggregation.names))
    }

    /// A text, or several lines that are joined: long formulas stay readable.
    private mutating func formula(_ reader: inout JSONReader) throws(JSONError) -> String {
        guard try reader.kind() == .array else { return try reader.string() }
        return try [String](json: &reader).joined(separator: " ")
    }

    private mutating func sentences(
        _ reader: inout JSONReader
    ) throws(JSONError) -> [SentenceOccasion: FeatureDefinition.Sentence] {
        var sentences: [SentenceOccasion: FeatureDefinition.Sentence] = [:]
        try reader.object { key, reader throws(JSONError) in
            guard let occasion = SentenceOccasion(rawValue: key.string) else {
                throw unknown(key.string, &reader, key, among: SentenceOccasion.allCases.map(\.rawValue))
            }
            sentences[occasion] = try sentence(&reader)
        }
        return sentences
    }

    /// A text, or one that is true of some values only.
    private mutating func sentence(_ reader: inout JSONReader) throws(JSONError) -> FeatureDefinition.Sentence {
        let place = try reader.offset()
        guard try reader.kind() == .object else { return .init(text: try reader.string()) }
        var text: String?
        var (from, through) = (-Double.infinity, Double.infinity)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "phrase": text = try reader.string()
            case "de": from = try reader.double()
            case "a": through = try reader.double()
            default: throw unknown(key.string, &reader, key, among: ["phrase", "de", "a"])
            }
        }
        guard from <= through else { throw refuse(&reader, place, "« de » est plus grand que « a »") }
        return .init(text: try reader.required(text, "phrase"), range: from...through)
    }
}

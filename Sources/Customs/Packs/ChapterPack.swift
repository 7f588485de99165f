import Crypto
import JSON
import Platform

/// What a chapter of the tariff needs to be analysed, as its file says it: lists, cut-offs, attributes, features.
///
/// Nothing here is code: another chapter is another file.
public struct ChapterPack: Sendable {
    /// `30`; of a pack that others include, its name.
    public let chapter: String
    public let label: String
    /// The article's value that weighs it and makes it dominant.
    public let weight: String
    /// The declaration's field with the day from which the past is seen.
    public let date: String
    /// What its formulas may name. What the pack says replaces what the packs it includes say.
    public let library: FormulaLibrary
    /// Of lists, tables, cut-offs: what they are about, by name.
    public let notes: [String: String]
    /// The SHA-256 of what its files say, but for sentences and remarks: as long as it is the same, so are the features. In
    /// hexadecimal.
    public let fingerprint: String
    /// In the order of the feature vector: those of included packs first.
    public let features: [FeatureDefinition]

    static let largestFile = 4 << 20
    /// More would be a mistake.
    static let mostFeatures = 1000

    /// Reads a pack, and those it includes from the same directory.
    public static func load(_ path: String) throws(CustomsError) -> ChapterPack {
        var draft = PackDraft()
        try draft.read(path, isIncluded: false)
        return try draft.finish()
    }
}

/// A pack while its files are read.
struct PackDraft {
    var chapter = ""
    var label = ""
    var weight: String?
    var date: String?
    var library = FormulaLibrary()
    var notes: [String: String] = [:]
    var features: [FeatureDefinition] = []
    private var files: Set<String> = []
    private var digests: [UInt8] = []

    mutating func read(_ path: String, isIncluded: Bool) throws(CustomsError) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard files.insert(name).inserted else {
            throw CustomsError("pack_invalide", "\(name) : ce fichier s’inclut lui-même")
        }
        let bytes: [UInt8]
        do throws(FileError) { bytes = try File.read(path, limit: ChapterPack.largestFile) } catch {
            throw CustomsError("pack_illisible", "\(name) : \(error.message)")
        }
        var file = PackFile(name: name, lines: PackFile.lines(of: bytes))
        do throws(JSONError) {
            var reader = JSONReader(bytes.span.bytes)
            try file.read(&reader)
            try reader.finish()
        } catch {
            let reason = file.reason ?? error.message
            throw CustomsError(
                "pack_invalide", "\(name), ligne \(error.line), colonne \(error.column), \(error.pointer) : \(reason)",
                detail: error.code)
        }
        digests += SHA256.hash(Self.whatComputes(bytes)).bytes
        for included in file.includes {
            guard !isIncluded else {
                throw CustomsError("pack_invalide", "\(name) : un fichier inclus n’en inclut pas d’autre")
            }
            try read(String(path.dropLast(name.count)) + included, isIncluded: true)
        }
        merge(file)
    }

    /// Sentences may be worded anew without a model having to learn anew.
    private static func whatComputes(_ bytes: [UInt8]) -> [UInt8] {
        func bare(_ value: JSONValue) -> JSONValue {
            switch value {
            case .object(let members):
                .object(
                    members.filter { $0.name != "phrases" && $0.name != "aide" }.map {
                        .init($0.name, bare($0.value))
                    })
            case .array(let elements): .array(elements.map(bare))
            default: value
            }
        }
        return (try? JSONValue(parsing: bytes)).flatMap { bare($0).canonicalBytes() } ?? bytes
    }

    private mutating func merge(_ file: PackFile) {
        (chapter, label) = (file.chapter, file.label)
        (weight, date) = (file.weight ?? weight, file.date ?? date)
        library.lists.merge(file.library.lists) { $1 }
        library.tables.merge(file.library.tables) { $1 }
        library.constants.merge(file.library.constants) { $1 }
        library.attributes.merge(file.library.attributes) { $1 }
        library.backOff.merge(file.library.backOff) { $1 }
        notes.merge(file.notes) { $1 }
        features += file.features
    }

    func finish() throws(CustomsError) -> ChapterPack {
        guard let weight, let date else {
            throw CustomsError(
                "pack_invalide", "\(chapter) : « poids » et « date » sont à donner, ici ou dans un fichier inclus")
        }
        var names: Set<String> = []
        for feature in features where !names.insert(feature.name).inserted {
            throw feature.place.error("pack_invalide", "« \(feature.name) » est défini deux fois")
        }
        guard features.count <= ChapterPack.mostFeatures else {
            throw CustomsError("pack_invalide", "\(chapter) : plus de \(ChapterPack.mostFeatures) caractéristiques")
        }
        return ChapterPack(
            chapter: chapter, label: label, weight: weight, date: date, library: library, notes: notes,
            fingerprint: SHA256.hash(digests).hexadecimal, features: features)
    }
}

public import Customs

/// The packs of an office, compiled over one past: what several of them ask is remembered once, so that what is learned
/// of a trader in one chapter is known in all.
public struct ChapterPacks: Sendable {
    public let vocabulary: Vocabulary
    /// By chapter; `tous` serves chapters without a pack of their own.
    public let sets: [String: FeatureSet]
    /// All that is asked of the past.
    public let needs: HistoryNeeds

    public static let everything = "tous"
    private static let directory = "chapters"

    public init(_ configuration: ConfigurationDirectory, vocabulary: Vocabulary) throws(CustomsError) {
        var sets: [String: FeatureSet] = [:]
        var needs = HistoryNeeds()
        for name in try configuration.names(in: Self.directory) where name.hasSuffix(".json") && name != "commun.json" {
            guard let path = configuration.path(of: "\(Self.directory)/\(name)") else { continue }
            let set = try FeatureSet(try .load(path), vocabulary: vocabulary, after: needs)
            guard sets.updateValue(set, forKey: set.chapter) == nil else {
                throw CustomsError("pack_invalide", "\(name) : le chapitre \(set.chapter) a déjà un fichier")
            }
            needs = set.needs
        }
        (self.vocabulary, self.sets, self.needs) = (vocabulary, sets, needs)
    }

    /// Chapters that have a pack of their own.
    public var chapters: [String] { sets.keys.filter { $0 != Self.everything }.sorted() }

    /// The pack for a declaration: that of its dominant article's chapter, else the one for all.
    public func set(for chapter: String?) -> FeatureSet? { chapter.flatMap { sets[$0] } ?? sets[Self.everything] }
}

extension Declaration {
    /// The two digits of the dominant article's code.
    public func chapter(in vocabulary: Vocabulary) -> String? {
        guard let slot = vocabulary.schema["code_sh"]?.slot, let code = facts.texts[slot], code.utf8.count >= 2 else {
            return nil
        }
        return String(code.prefix(2))
    }
}

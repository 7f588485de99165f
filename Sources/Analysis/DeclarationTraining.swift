public import Customs
public import Trees

/// From files of past declarations to a chapter's package: replay, features, training, and the past that goes with it.
public struct DeclarationTraining {
    private let office: Office
    private let chapter: String
    private let usesPast: Bool

    public init(_ office: Office, chapter: String, usesPast: Bool = true) throws(AnalysisError) {
        guard office.packs.sets[chapter] != nil else {
            let known = office.packs.sets.keys.sorted().joined(separator: ", ")
            throw AnalysisError(
                "chapitre_sans_pack", "il n’y a pas de pack pour le chapitre \(chapter) ; il y en a pour : \(known)")
        }
        (self.office, self.chapter, self.usesPast) = (office, chapter, usesPast)
    }

    /// What the files teach: a table of the declarations that were controlled, of the chapter; of `later`, the rows that
    /// come after.
    public struct Lesson {
        public let table: TrainingTable
        public let later: TrainingTable?
        public let history: History
        public let sources: [String]
        /// Declarations that were read, and those without a date, which teach nothing.
        public let declarations: Int
        public let undated: Int
    }

    public func learn(
        from files: [Office.Source], later: [Office.Source] = [], progress: (Int) -> Void = { _ in }
    ) throws -> Lesson {
        guard let set = office.packs.sets[chapter] else { throw LearningError(.emptySample) }
        var (declarations, undated) = (0, 0)
        func rows(_ sources: [Office.Source], _ replay: inout Replay) -> FeatureTable {
            var table = FeatureTable(set, vocabulary: office.vocabulary, usesPast: usesPast)
            replay.run(
                sources.map(\.file),
                each: { moment in
                    declarations += 1
                    if moment.day == nil { undated += 1 }
                    if moment.features.chapter == chapter { table.append(moment) }
                }, progress: progress)
            return table
        }
        var replay = Replay(office, history: History(needs: office.packs.needs), chapter: chapter)
        let first = rows(files, &replay)
        guard first.count > 0 else {
            throw AnalysisError(
                "rien_a_apprendre",
                "aucune déclaration du chapitre \(chapter) n’a d’issue connue (RESULTAT_CONTROLE ou une correspondance)"
            )
        }
        let table = try first.table()
        let second = later.isEmpty ? nil : rows(later, &replay)
        return Lesson(
            table: table, later: try second?.table(keeping: Set(table.columns.map(\.name))), history: replay.history,
            sources: (files + later).map(\.fingerprint), declarations: declarations, undated: undated)
    }

    /// The package with what its columns mean, and the past that they ask.
    public func complete(_ package: ModelPackage, with lesson: Lesson) throws -> ModelPackage {
        guard let set = office.packs.sets[chapter] else { return package }
        let asksPast = package.manifest.columns.contains { set[$0.name]?.asksPast ?? false }
        let origin = PackageManifest.Origin(
            pack: set.fingerprint, pastFile: asksPast ? Past.file : nil, sources: lesson.sources)
        return try package.with(origin, past: asksPast ? Past.pack(lesson.history) : [])
    }
}

extension ModelPackage {
    /// What was known when the training ended; an empty past when the model asks none.
    public func history(_ packs: ChapterPacks) throws(AnalysisError) -> History {
        past.isEmpty ? History(needs: packs.needs) : try Past.unpack(past, needs: packs.needs)
    }
}

public import Customs

/// Runs declarations through their packs in the order of time, each seen with the past that it had.
///
/// The past learns a declaration on the day after its registration, and what a control found on the day after its
/// verdict; serving does the same, so both give the same features to the last bit.
public struct Replay {
    /// One declaration at its moment.
    public struct Moment {
        public let declaration: Declaration
        public let outcome: ControlOutcome?
        public let chapter: String?
        public let day: Int32?
        public let features: FeatureSet
        public let values: Facts
        public let workspace: FeatureWorkspace
    }

    public let packs: ChapterPacks
    public private(set) var history: History
    private let outcomes: OutcomeReader
    private let tariffFacts: TariffFacts
    private let workspace = FeatureWorkspace()
    /// The one pack for all declarations; nil: each by its chapter's.
    private let only: FeatureSet?

    public init(_ office: Office, history: History, chapter: String? = nil) {
        (packs, self.history) = (office.packs, history)
        outcomes = OutcomeReader(office.vocabulary)
        tariffFacts = TariffFacts(office.reader.tariff, vocabulary: office.vocabulary)
        only = chapter == ChapterPacks.everything ? packs.sets[ChapterPacks.everything] : nil
    }

    private struct Place {
        let day: Int32
        let order: UInt64
        let file: Int
        let index: Int
    }

    /// Runs all declarations of the files. What has no date has no past and leaves none.
    ///
    /// - Parameter learnsOutcomes: whether what controls found in these files becomes known.
    public mutating func run(
        _ files: [DeclarationFile], learnsOutcomes: Bool = true, each: (Moment) -> Void = { _ in },
        progress: (Int) -> Void = { _ in }
    ) {
        for (count, place) in order(files).enumerated() {
            if place.day != .min { history.advance(to: place.day) }
            let declaration = files[place.file].declaration(place.index)
            let chapter = declaration.chapter(in: packs.vocabulary)
            guard let features = only ?? packs.set(for: chapter) else { continue }
            let values = features.evaluate(
                articles: tariffFacts.articles(of: declaration), declaration: declaration.facts, history: history,
                in: workspace)
            let outcome = outcomes.outcome(of: declaration)
            each(
                Moment(
                    declaration: declaration, outcome: outcome, chapter: chapter,
                    day: place.day == .min ? nil : place.day, features: features, values: values,
                    workspace: workspace))
            guard place.day != .min else { continue }
            history.record(workspace.observations, order: place.order)
            if learnsOutcomes, let outcome {
                history.recordOutcome(
                    fraud: outcome.isFraud, of: workspace.observations,
                    verdict: max(outcome.day ?? place.day, place.day),
                    order: place.order)
            }
            if count & 0xfff == 0xfff { progress(count + 1) }
        }
    }

    private func order(_ files: [DeclarationFile]) -> [Place] {
        var places: [Place] = []
        places.reserveCapacity(files.reduce(0) { $0 + $1.declarationCount })
        for (number, file) in files.enumerated() {
            for index in 0..<file.declarationCount {
                places.append(
                    Place(
                        day: file.day(of: index) ?? .min, order: file.key(of: index).order, file: number, index: index))
            }
        }
        return places.sorted { ($0.day, $0.order, $0.file, $0.index) < ($1.day, $1.order, $1.file, $1.index) }
    }
}

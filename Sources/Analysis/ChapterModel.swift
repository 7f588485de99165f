public import Customs
public import Decisions
public import Trees

/// A model's package bound to the pack that computes its columns. One for all threads.
public final class ChapterModel: Sendable {
    public let scorer: PackageScorer
    public let features: FeatureSet
    /// The SHA-256 of the package's manifest.
    public let fingerprint: String
    /// Whether the pack is another than the one that the model was trained with.
    public let isOfOtherPack: Bool
    /// By column of the model: the feature's place in the vector, and its place among the numbers or the texts.
    private let columns: [(place: Int, isText: Bool, slot: Int)]
    /// By column of the isolation forest: its place among the numbers.
    private let isolated: [Int]

    /// Those that the package was measured with.
    public let thresholds: LaneThresholds

    /// How contributions are computed, whatever the forest's library.
    public static let method = "tree_path_dependent"

    public var manifest: PackageManifest { scorer.manifest }

    public init(_ package: ModelPackage, _ packs: ChapterPacks) throws(AnalysisError) {
        let manifest = package.manifest
        guard let features = packs.sets[manifest.chapter] else {
            throw AnalysisError(
                "modele_etranger", "modèle \(manifest.name) : il n’y a pas de pack pour le chapitre \(manifest.chapter)"
            )
        }
        var columns: [(place: Int, isText: Bool, slot: Int)] = []
        for column in manifest.columns {
            guard let place = features[column.name]?.place else {
                throw AnalysisError(
                    "modele_etranger",
                    "modèle \(manifest.name) : le pack du chapitre \(manifest.chapter) n’a pas de « \(column.name) »")
            }
            let field = features.schema.fields[place]
            guard column.encoding.takesNumbers == (field.kind != .texte) else {
                throw AnalysisError(
                    "modele_etranger",
                    "modèle \(manifest.name) : « \(column.name) » n’a plus le même type dans le pack du chapitre")
            }
            columns.append((place, field.kind == .texte, field.slot))
        }
        do throws(LearningError) { scorer = try PackageScorer(package) } catch {
            throw AnalysisError("modele_invalide", error.message, detail: error.detail)
        }
        thresholds = Self.lanes(manifest.thresholds)
        isolated = (scorer.isolation?.columns ?? []).map { features.schema[$0]?.slot ?? 0 }
        (self.columns, self.features, fingerprint) = (columns, features, package.fingerprint)
        isOfOtherPack = manifest.origin.map { $0.pack != features.fingerprint } ?? true
    }

    /// The cells of a declaration's features.
    public func cells(of values: Facts) -> [Float] {
        scorer.cells { column in
            let (_, isText, slot) = columns[column]
            return isText ? .text(values.texts[slot] ?? "") : .number(values.numbers[slot])
        }
    }

    /// How unlike the declarations of the training this one is; nil when the package cannot say.
    public func isolation(of values: Facts) -> Assessment.Isolation? {
        guard let forest = scorer.isolation else { return nil }
        let judged = forest.judge(explainingFrom: Assessment.Isolation.unusual) { values.numbers[isolated[$0]] }
        return .init(judged, features, forest.columns)
    }

    /// The margin, and what each feature contributes to it, by its place in the vector.
    public func explain(
        cells: [Float]
    ) throws(AnalysisError) -> (margin: Double, base: Double, shap: [(place: Int, value: Double)]) {
        do throws(ModelError) {
            let (margin, base, parts) = try scorer.explain(cells: cells)
            return (margin, base, zip(columns, parts).map { ($0.place, $1) })
        } catch {
            throw AnalysisError(
                "explication_impossible", "le modèle ne peut pas être expliqué", detail: error.description)
        }
    }

    /// A choice without a doubtful lane, or at the ends of the scale, as near as lanes allow.
    private static func lanes(_ chosen: Thresholds) -> LaneThresholds {
        let haut = min(max(chosen.haut, 1e-9), 1 - 1e-9)
        let bas = min(max(chosen.bas, 1e-10), haut.nextDown)
        return (try? LaneThresholds(bas: bas, haut: haut)) ?? .standard
    }
}

import Analysis
import Customs
import Decisions
import Platform
import Trees

/// Reads what an instance serves with: the office's configuration, its models, the key of draws. Blocks.
struct AnalysisLoading: Sendable {
    let resources: String
    let models: String?
    let drawKeys: String

    /// What was read. Nothing of the database yet.
    struct Loaded: @unchecked Sendable {  // made on a worker, then handed on
        let office: Office
        let models: ChapterModels
        let key: DrawKey
        var pasts: [LiveAnalysis.Past] = []
        var pastByChapter: [String: Int] = [:]
        /// Packages that cannot be used.
        var refused = 0
    }

    func run() throws -> Loaded {
        let office = try Office(try ConfigurationDirectory(resources: resources))
        var bound: [ChapterModel] = []
        var pasts: [LiveAnalysis.Past] = []
        var places: [String: Int] = [:]
        var pastByChapter: [String: Int] = [:]
        let found = try packages()
        var refused = found.failures.count
        for package in found.packages {
            let manifest = package.manifest
            do {
                let model = try ChapterModel(package, office.packs)
                let file = manifest.files.first { $0.name == manifest.origin?.pastFile }?.sha256 ?? ""
                if places[file] == nil {
                    let history = try package.history(office.packs)
                    places[file] = pasts.count
                    pasts.append(.init(history: history, sources: Set(manifest.origin?.sources ?? [])))
                }
                pastByChapter[manifest.chapter] = places[file]
                bound.append(model)
                if model.isOfOtherPack {
                    Log.shared.warn("models.other_pack", "A model was trained with another pack") {
                        $0.add("model", manifest.name)
                    }
                }
            } catch {
                // The chapter goes on without a model: nothing of it is released.
                refused += 1
                Log.shared.error("models.refused", "A model cannot be used") { line in
                    line.add("model", manifest.name)
                    line.add("error", String(describing: error))
                }
            }
        }
        pasts.append(.init(history: History(needs: office.packs.needs), sources: []))
        return Loaded(
            office: office, models: ChapterModels(bound), key: try DrawKeys.open(drawKeys), pasts: pasts,
            pastByChapter: pastByChapter, refused: refused)
    }

    private func packages() throws -> ModelDirectory.Found {
        guard let models else { return .init() }
        let found: ModelDirectory.Found
        do throws(FileError) { found = try ModelDirectory.packages(in: models) } catch {
            Log.shared.warn("models.none", "The directory of models cannot be read") {
                $0.add("error", error.message)
            }
            return .init()
        }
        for failure in found.failures {
            Log.shared.error("models.refused", "A model cannot be read") { line in
                line.add("model", failure.name)
                line.add("error", failure.error.message)
            }
        }
        return found
    }
}

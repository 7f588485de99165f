import Analysis
import Customs

extension LiveAnalysis {
    /// The feature of a pack that compares an article's price for a net kilogram with those of comparable operations.
    private static let price = "insuffisance_valeur"

    /// For each article, the prices of comparable operations that are known by now; nil when there are none.
    func comparablePrices(of declaration: Declaration, _ memory: HeadingMemory) -> [HistoryPeers?] {
        let chapter = chapter(of: declaration, asked: nil)
        guard let set = models[chapter]?.features ?? office.packs.sets[chapter], let price = set[Self.price] else {
            return []
        }
        let workspace = FeatureWorkspace()
        let history = past(of: chapter)
        let tariff = TariffFacts(office.reader.tariff, vocabulary: office.vocabulary, memory: memory)
        _ = set.evaluate(
            articles: tariff.articles(of: declaration), declaration: declaration.facts, history: history, in: workspace)
        return declaration.articles.indices.map {
            set.peers(of: price, article: $0, history: history, in: workspace)?.peers
        }
    }
}

import Customs
import TestKit
import Testing

/// Roll-up, the past and what it is told.
@Suite struct FeatureSetTests {
    private static let articles = FactSchema([("v", .nombre), ("q", .nombre), ("code_sh", .texte), ("ok", .booleen)])
    private static let header = FactSchema([("jour", .date), ("acteur", .texte)])

    private func features(_ list: String) throws -> FeatureSet {
        let directory = try TemporaryDirectory()
        let text =
            #"{"version": 1, "chapitre": "1", "libelle": "x", "poids": "v", "date": "jour", "replis": {"code_sh": [6, 4]}, "caracteristiques": [\#(list)]}"#
        return try FeatureSet(
            .load(directory.file("p.json", Array(text.utf8))), articles: Self.articles, declaration: Self.header)
    }

    private func feature(_ name: String, _ type: String, _ place: String, _ formula: String) -> String {
        #"{"nom": "\#(name)", "libelle": "\#(name)", "famille": "risque", "type": "\#(type)", \#(place), "formule": "\#(formula)"}"#
    }

    private func article(_ v: Double, _ q: Double, _ code: String?, _ ok: Double) -> Facts {
        var facts = Facts(for: Self.articles)
        facts.set("v", v, in: Self.articles)
        facts.set("q", q, in: Self.articles)
        if let code { facts.set("code_sh", code, in: Self.articles) }
        facts.set("ok", ok, in: Self.articles)
        return facts
    }

    private func declared(_ day: Double = 20000) -> Facts {
        var facts = Facts(for: Self.header)
        facts.set("jour", day, in: Self.header)
        facts.set("acteur", "Té", in: Self.header)
        return facts
    }

    private func rolled(_ aggregation: String, _ formula: String, _ articles: [Facts], _ type: String = "numerique")
        throws
        -> Explanation.Value?
    {
        let set = try features(feature("f", type, #""agrege": "\#(aggregation)""#, formula))
        let facts = set.evaluate(
            articles: articles, declaration: declared(), history: NoHistory(), in: FeatureWorkspace())
        return set["f"].map { set.value(of: $0, in: facts) }
    }

    @Test func articlesMakeTheDeclaration() throws {
        let all = [article(10, 2, "300490", 0), article(30, 3, "300310", 1), article(20, 5, "300490", 0)]
        let hole = all + [article(.nan, 1, nil, .nan)]
        #expect(try rolled("somme", "v", all) == .number(60))
        #expect(try rolled("somme", "v", hole) == .missing)
        #expect(try rolled("max", "v", hole) == .number(30))
        #expect(try rolled("min", "v", hole) == .number(10))
        #expect(try rolled("moyenne", "v", hole) == .number(20))
        #expect(try rolled("moyenne_ponderee_caf", "q", hole) == .number((20.0 + 90 + 100) / 60))
        #expect(try rolled("moyenne_ponderee_caf", "ok", all) == .number(0.5))
        #expect(try rolled("rapport(v; q)", "v / q", hole) == .number(6))
        #expect(try rolled("dominant", "q", hole) == .number(3))
        #expect(try rolled("dominant", "code_sh", hole, "categorielle") == .text("300310"))
        #expect(try rolled("compte_distinct", "code_sh", hole) == .number(2))
        #expect(try rolled("compte_distinct", "q", hole) == .number(4))
        #expect(try rolled("au_moins_un", "ok", hole, "booleen") == .boolean(true))
        #expect(try rolled("au_moins_un", "ok", [all[0], hole[3]], "booleen") == .missing)
        #expect(try rolled("au_moins_un", "ok", [all[0], all[2]], "booleen") == .boolean(false))
        #expect(try rolled("somme", "v", []) == .missing)
        #expect(try rolled("max", "v", [hole[3]]) == .missing)
    }

    @Test func theFirstOfEqualsIsDominant() throws {
        #expect(try rolled("dominant", "q", [article(5, 1, nil, 0), article(5, 2, nil, 0)]) == .number(1))
    }

    /// A past in which every value is its own place.
    private struct Mirror: HistoryReader {
        let needs: HistoryNeeds

        func value(of need: Int, measured: Double, keys: UnsafeBufferPointer<UInt64>, day: Int32) -> Double { measured }
        func peers(of profile: Int, measured: Double, keys: UnsafeBufferPointer<UInt64>, day: Int32) -> HistoryPeers? {
            HistoryPeers(count: 9, median: measured, percentile: 0.5, level: 0)
        }
    }

    /// What is told beside a value is about the article that it comes from.
    @Test(arguments: [("max", 7.0), ("min", 1), ("dominant", 3), ("moyenne", 3)])
    func peersAreThoseOfTheArticleThatGaveTheValue(_ aggregation: String, _ measured: Double) throws {
        let set = try features(feature("f", "numerique", #""agrege": "\#(aggregation)""#, "percentile(q; code_sh)"))
        let workspace = FeatureWorkspace()
        let mirror = Mirror(needs: set.needs)
        let articles = [article(10, 1, "300490", 0), article(30, 3, "300310", 1), article(20, 7, "300490", 0)]
        _ = set.evaluate(articles: articles, declaration: declared(), history: mirror, in: workspace)
        let found = try set.peers(of: #require(set["f"]), history: mirror, in: workspace)
        #expect(found?.measured == measured && found?.peers.median == measured)
    }

    @Test func thePastIsAskedByLevel() throws {
        let set = try features(
            [
                feature("a", "numerique", #""agrege": "max""#, "mediane(v; code_sh)"),
                feature("b", "numerique", #""agrege": "max""#, "percentile(v; code_sh) + risque(code_sh)"),
                feature("c", "numerique", #""niveau": "declaration""#, "compte(acteur; 30) + a"),
                feature("d", "numerique", #""agrege": "max""#, "part(prefixe(code_sh; 4) | acteur)"),
            ].joined(separator: ","))
        #expect(
            set.needs.profiles.map(\.name) == [
                "article;measured;v;code_sh:6;code_sh:4", "article;counted;;code_sh:6;code_sh:4;",
                "article;shared;;code_sh:4|acteur;acteur", "declaration;counted;;acteur;",
            ])
        #expect(set.needs.needs.map(\.function) == [.mediane, .percentile, .risque, .part, .compte])
        #expect(set.needs.needs.map(\.parameter) == [0, 0, 0, 0, 30])

        let workspace = FeatureWorkspace()
        let past = Answers(needs: set.needs, values: [.mediane: 2, .percentile: 0.5, .risque: 0.25, .compte: 7])
        let facts = set.evaluate(
            articles: [article(10, 1, "300490", 0), article(20, 1, "30", 0)], declaration: declared(), history: past,
            in: workspace)
        #expect(facts.numbers.prefix(3).elementsEqual([2, 0.75, 9]))
        let seen = workspace.observations
        #expect(seen.day == 20000 && seen.count == 7)
        #expect(seen.profiles == [0, 0, 1, 1, 2, 2, 3])
        #expect(seen.measured[0] == 10 && seen.measured[1] == 20 && seen.measured[2].isNaN)
        let keys = (0..<7).map { k in seen.withKeys(of: k) { Array($0) } }
        #expect(keys.map(\.count) == [2, 2, 3, 3, 2, 2, 2])
        // Two digits are not enough for any level but the root.
        #expect(keys[1] == [0, 0] && keys[3][0] == 0 && keys[3][1] == 0 && keys[3][2] == keys[2][2])
        // The same keys have the same hashes, whatever is measured.
        #expect(Array(keys[2].prefix(2)) == keys[0] && keys[0].allSatisfy { $0 != 0 })
    }

    @Test func withoutADayThereIsNoPast() throws {
        let set = try features(feature("a", "numerique", #""agrege": "max""#, "risque(code_sh)"))
        let workspace = FeatureWorkspace()
        let past = Answers(needs: set.needs, values: [.risque: 1])
        let facts = set.evaluate(
            articles: [article(1, 1, "300490", 0)], declaration: declared(.nan), history: past, in: workspace)
        #expect(facts.numbers[0].isNaN && workspace.day == nil && workspace.observations.count == 0)
    }

    @Test func theSameDeclarationGivesTheSameBits() throws {
        let set = try PackTrials.features(of: "30")
        let past = Answers(needs: set.needs, values: [.mediane: 3, .madZ: -1.5, .risque: 0.1])
        let (used, fresh) = (FeatureWorkspace(), FeatureWorkspace())
        let (articles, header) = (ShippedPacksTests.medicines, ShippedPacksTests.header)
        _ = set.evaluate(articles: articles + articles.reversed(), declaration: header, history: past, in: used)
        let first = set.evaluate(articles: articles, declaration: header, history: past, in: used)
        let second = set.evaluate(articles: articles, declaration: header, history: past, in: fresh)
        #expect(first.numbers.map(\.bitPattern) == second.numbers.map(\.bitPattern) && first.texts == second.texts)
        #expect(used.observations.profiles == fresh.observations.profiles)
        for k in 0..<used.observations.count {
            #expect(used.observations.withKeys(of: k) { Array($0) } == fresh.observations.withKeys(of: k) { Array($0) })
        }
    }

    @Test func articlesKeepTheirDetail() throws {
        let set = try PackTrials.features(of: "30")
        let workspace = FeatureWorkspace()
        _ = set.evaluate(
            articles: ShippedPacksTests.medicines, declaration: ShippedPacksTests.header, history: NoHistory(),
            in: workspace)
        let price = try #require(set["prix_unitaire"])
        #expect(
            (0..<3).map { set.number(of: price, article: $0, in: workspace) }.prefix(2).elementsEqual([2000, 1500]))
        #expect(set.number(of: price, article: 2, in: workspace).isNaN)
        let shape = try #require(set["forme"])
        #expect(set.text(of: shape, article: 0, in: workspace) == "POMMADE")
        #expect(workspace.dominant == 1)
    }
}

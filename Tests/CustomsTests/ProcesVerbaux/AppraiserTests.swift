import Platform
import TestKit
import Testing

@testable import Customs

/// Declared against estimated values, and the taxes between them.
@Suite struct AppraiserTests {
    private let reader: DeclarationFileReader
    init() throws { reader = try Shipped.reader.get() }

    private func declaration(
        code: String? = "8516600000", value: Double = 1_000_000, weight: Double = 100, regime: String = "C100",
        origin: String = "CN"
    ) throws -> Declaration {
        let schema = reader.vocabulary.schema
        var facts = Facts(for: schema)
        func slot(_ name: String) throws -> Int { try #require(schema[name]).slot }
        facts.texts[try slot("code_sh")] = code
        facts.texts[try slot("regime")] = regime
        facts.texts[try slot("pays_origine")] = origin
        facts.numbers[try slot("valeur_caf")] = value
        facts.numbers[try slot("poids_net")] = weight
        return Declaration(
            key: .init(year: "2026", office: "18N", number: "1"), facts: facts, articles: [Article(facts: facts)])
    }

    private func appraise(_ declaration: Declaration, _ peers: HistoryPeers?, tariff: Tariff? = nil) -> ArticleAppraisal
    {
        Appraiser(tariff ?? reader.tariff, reader.vocabulary, leastOperations: 10)
            .appraise(declaration, peers: [peers])[0]
    }

    private func peers(_ median: Double, count: Int = 40) -> HistoryPeers {
        HistoryPeers(count: count, median: median, percentile: 0.1, level: 0)
    }

    @Test func theMedianOfComparableOperationsGivesTheEstimate() throws {
        let article = appraise(try declaration(), peers(25_000))
        #expect(article.estimate?.value == 2_500_000 && article.estimate?.basis == .comparable)
        #expect(article.estimate?.operations == 40 && article.difference == 1_500_000 && article.isOwed)
        // The same as the tariff says of either value.
        let low = try #require(reader.tariff.expected(.init(code: "8516600000", value: 1_000_000, regime: "C100")))
        let high = try #require(reader.tariff.expected(.init(code: "8516600000", value: 2_500_000, regime: "C100")))
        #expect(article.taxes.map(\.onDeclared) == low.lines.map(\.amount))
        #expect(article.taxes.map(\.onEstimate) == high.lines.map(\.amount))
        #expect(article.taxes.reduce(0) { $0 + $1.amount } == high.total - low.total)
    }

    @Test func fewOperationsSayNothing() throws {
        #expect(appraise(try declaration(), peers(25_000, count: 10)).estimate != nil)
        let article = appraise(try declaration(), peers(25_000, count: 9))
        #expect(article.estimate == nil && article.unestimated?.contains("9 opérations") == true)
        #expect(article.taxes.isEmpty && !article.isOwed && article.difference == nil)
        #expect(appraise(try declaration(), nil).unestimated != nil)
        #expect(appraise(try declaration(weight: .nan), peers(25_000)).unestimated == "le poids net manque")
    }

    @Test func whatCannotBeCountedIsNotEstimated() throws {
        #expect(appraise(try declaration(value: 1e15), peers(25_000)).estimate == nil)
        #expect(appraise(try declaration(weight: 1e15), peers(25_000)).unestimated?.contains("dépasse") == true)
        let article = appraise(try declaration(value: 999e12), peers(9.999e12))
        #expect(article.estimate?.value == 999.9e12 && article.taxes.allSatisfy { $0.amount.isFinite })
    }

    @Test func whatIsDeclaredHigherOwesNothing() throws {
        let article = appraise(try declaration(), peers(5_000))
        #expect(article.estimate?.value == 500_000 && article.difference == -500_000)
        #expect(article.taxes.isEmpty && !article.isOwed)
    }

    @Test func anUnknownDutyIsNotSupposed() throws {
        let article = appraise(try declaration(code: "8401100000"), peers(25_000))
        #expect(article.taxes.isEmpty && !article.isOwed && article.reserve?.contains("8401100000") == true)
        #expect(appraise(try declaration(code: nil), peers(25_000)).reserve?.contains("sans code SH") == true)
    }

    @Test(arguments: [("C111", "CN"), ("S110", "CN"), ("C100", "CI")])
    func reservesAreToldAndNotAdded(_ regime: String, _ origin: String) throws {
        let article = appraise(try declaration(regime: regime, origin: origin), peers(25_000))
        #expect(!article.taxes.isEmpty && article.reserve != nil && !article.isOwed)
    }

    @Test func theOfficesMinimumComesFirst() throws {
        let directory = try TemporaryDirectory()
        _ = try directory.file("minimum.json", Array(#"{"valeurs":[{"sh":"8516","minimum":30000}]}"#.utf8))
        var tariff = reader.tariff
        tariff.administered = try ConfigurationDirectory.read(path: directory.path + "/minimum.json")
        let article = appraise(try declaration(), peers(25_000), tariff: tariff)
        #expect(article.estimate?.basis == .administered && article.estimate?.value == 3_000_000)
        #expect(article.estimate?.unit == "kg" && article.estimate?.operations == nil)
    }
}

import TestKit
import Testing

@testable import Customs

@Suite struct HeaderMatcherTests {
    private func similar(_ header: String) throws -> String? {
        let vocabulary = try Shipped.reader.get().vocabulary
        return HeaderMatcher(vocabulary).similar(FoldedName(header)).map { vocabulary.fields[$0.field].name }
    }

    @Test(arguments: [
        ("Numero declarations", "numero"), ("Poid brut", "poids_brut"), ("Nomenclatures", "code_sh"),
        ("Ann?e", "annee"),
        ("Poids net en kg", "poids_net"), ("Pays d’origne", "pays_origine"),
    ])
    func slipsAreForgiven(_ header: String, _ field: String) throws { #expect(try similar(header) == field) }

    @Test(arguments: ["X1", "Observations", "Val", "Nom du chauffeur", "", "Taxe foncière communale"])
    func strangersStayStrangers(_ header: String) throws { #expect(try similar(header) == nil) }

    @Test func theRepertoryNumberIsNotTheDeclarationsNumber() throws {
        let vocabulary = try Shipped.reader.get().vocabulary
        let matcher = HeaderMatcher(vocabulary)
        for header in ["NUMERO_REPERTOIRE", "N° Répertoire"] {
            #expect(matcher.exact(FoldedName(header)).map { vocabulary.fields[$0.field].name } == ["numero_repertoire"])
        }
    }

    @Test func distancesAreBounded() {
        let distance = { (a: String, b: String, bound: Int) in
            HeaderMatcher.editDistance(Array(a.utf8), Array(b.utf8), atMost: bound)
        }
        #expect(distance("bureau", "bureaux", 1) == 1 && distance("bureau", "bureaux", 0) == nil)
        #expect(distance("abc", "cab", 2) == 2 && distance("abc", "cab", 1) == nil && distance("", "ab", 2) == 2)
    }

    @Test func hostileHeadersTakeNoTime() throws {
        let vocabulary = try Shipped.reader.get().vocabulary
        let matcher = HeaderMatcher(vocabulary)
        var random = SeededGenerator(seed: 9)
        for _ in 0..<200 {
            let text = String(
                (0..<Int.random(in: 0...400, using: &random)).map { _ in
                    "ab_é\u{0}\u{301}💥 °".randomElement(using: &random)!
                })
            _ = matcher.exact(FoldedName(text))
            #expect(matcher.similar(FoldedName(text))?.score ?? 0 < 0.9)
        }
    }
}

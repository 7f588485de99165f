import Testing

@testable import Customs

@Suite struct ColumnMapperTests {
    private func map(_ header: [String], _ rows: [[String]] = []) throws -> [String: String] {
        let reader = try Shipped.reader.get()
        let mapper = ColumnMapper(reader.vocabulary, reader.countries)
        var evidence = header.map { _ in ColumnEvidence() }
        for row in rows {
            for (index, cell) in row.enumerated() { evidence[index].add(cell.utf8.span, reader.countries) }
        }
        let mapping = mapper.find(header, evidence)
        return Dictionary(
            uniqueKeysWithValues: mapping.columns.compactMap { column in
                guard column.duplicateOf == nil, let field = column.field else { return nil }
                return (column.header, reader.vocabulary.fields[field].name)
            })
    }

    @Test func customsValueStandsInForTheCAFValueOnlyAlone() throws {
        #expect(try map(["Valeur en Douane"]) == ["Valeur en Douane": "valeur_caf"])
        #expect(
            try map(["Valeur en Douane", "VALEUR_CAF"])
                == ["Valeur en Douane": "valeur_douane", "VALEUR_CAF": "valeur_caf"])
    }

    @Test func theBetterNameIsTaken() throws {
        #expect(
            try map(["CODE_PRODUIT", "NOMENCLATURE_COMPLETE", "Code PPM Destinataire", "PPM"])
                == ["NOMENCLATURE_COMPLETE": "code_sh", "Code PPM Destinataire": "code_ppm_destinataire"])
        #expect(try map(["Code régime", "REGIME"]) == ["REGIME": "regime"])
    }

    @Test func contentNamesAColumnWhenOnlyOneFieldIsPossible() throws {
        let rows = [
            ["8518210000", "009987865", "FR", "10S"], ["3004.90.90.00", "000196874", "CN", "18N"],
            ["847130 00 00", "004749563", "SN", "20A"],
        ]
        #expect(try map(["a1", "a2", "a3", "a4"], rows) == ["a1": "code_sh", "a2": "ninea", "a4": "bureau"])
        #expect(
            try map(["a1", "a2", "a3", "Provenance"], rows.map { Array($0.prefix(3)) + ["BE"] })["a3"] == "pays_origine"
        )
    }

    @Test func twoColumnsOfOneShapeAreNotChosenBetween() throws {
        let rows = (0..<3).map { ["851821000\($0)", "300490000\($0)"] }
        #expect(try map(["a1", "a2"], rows).isEmpty)
    }

    @Test func contentAgainstANameLowersItsScore() throws {
        let reader = try Shipped.reader.get()
        var evidence = [ColumnEvidence()]
        for text in ["abc", "def", "ghi"] { evidence[0].add(text.utf8.span, reader.countries) }
        let column = ColumnMapper(reader.vocabulary, reader.countries).find(["Nomenclature"], evidence).columns[0]
        #expect(column.field == reader.vocabulary.index(of: "code_sh") && column.score < 0.8)
        #expect(column.explanation.contains("n’en ont pas la forme"))
    }

    @Test func resemblanceIsLookedForInABoundedNumberOfColumns() throws {
        let strangers = { (count: Int) in (0..<count).map { "étrangère \($0)" } }
        let most = ColumnMapper.mostSimilarColumns
        #expect(try map(strangers(most - 1) + ["Poid brut"])["Poid brut"] == "poids_brut")
        #expect(try map(strangers(most) + ["Poid brut"])["Poid brut"] == nil)
    }
}

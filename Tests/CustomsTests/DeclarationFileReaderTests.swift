import JSON
import Platform
import Reading
import Testing

@testable import Customs

@Suite struct DeclarationFileReaderTests {
    static let header =
        "ANNEE;BUREAU;NUMERO;NUMERO_ARTICLE;DATE_ENREGISTREMENT;REGIME;NINEA;ORIGINE;CODE_SH;DESCRIPTION;COLIS;POIDS_BRUT;POIDS_NET;VALEUR_CAF;TAUX;LIQUIDATION"

    /// A row that is right but for what is given.
    static func row(
        _ number: String = "7796", article: String = "1", year: String = "2023", office: String = "10S",
        date: String = "01/02/2023", ninea: String = "009639840", origin: String = "GB", code: String = "8413700000",
        description: String = "POMPES", gross: String = "152,7", net: String = "147,0", value: String = "1000",
        rate: String = "5,00", paid: String = "77"
    ) -> String {
        [
            year, office, number, article, date, "C1", ninea, origin, code, description, "3", gross, net, value, rate,
            paid,
        ].joined(separator: ";")
    }

    private func read(
        _ rows: [String], header: String = header, _ options: DeclarationFileReader.Options = .init()
    ) throws -> DeclarationFile {
        try Shipped.reader.get().read(options) { MemoryTable(([header] + rows).joined(separator: "\n")) }
    }

    private func reasons(_ row: String) throws -> [String] {
        let file = try read([row])
        return file.rejected.flatMap { $0.reasons.map { $0.text(file.vocabulary) } }
    }

    @Test func aRightRowIsTaken() throws {
        let file = try read([Self.row()])
        #expect(file.failure == nil && file.acceptedCount == 1 && file.rejected.isEmpty && file.warnings.isEmpty)
        #expect(file.declaration(0).key.description == "2023/10S/7796" && file.decimal == "," && file.headerLine == 1)
    }

    @Test func everyReasonIsFoundAndAllAreListed() throws {
        #expect(try reasons(Self.row("")) == ["missing:numero"])
        #expect(try reasons(Self.row(value: "N/A")) == ["bad_number:valeur_caf"])
        #expect(try reasons(Self.row(net: "-1")) == ["negative:poids_net"])
        #expect(try reasons(Self.row(value: "0")) == ["zero:valeur_caf"])
        #expect(try reasons(Self.row(date: "31/02/2023")) == ["bad_date:date_enregistrement"])
        #expect(try reasons(Self.row(code: "84713")) == ["bad_hs"])
        #expect(try reasons(Self.row(code: "3,0049E+09")) == ["bad_hs"])
        #expect(try reasons(Self.row(origin: "ZZ")) == ["bad_country:pays_origine"])
        #expect(try reasons(Self.row(office: "DKR")) == ["bad_office"])
        #expect(try reasons(Self.row(year: "1899")) == ["bad_year"])
        #expect(try reasons(Self.row(gross: "1")) == ["net_gt_gross"])
        #expect(try reasons(Self.row() + ";99") == ["column_count"])
        #expect(try reasons("2023;10S;1;1;01/02/2023;C1;x;y") == ["column_count"])
        #expect(try reasons(Self.row(description: "A\u{1}B")) == ["control_character:description"])
        #expect(
            Set(try reasons(Self.row("", origin: "XX", code: "1", net: "x", value: "")))
                == [
                    "missing:numero", "bad_country:pays_origine", "bad_hs", "bad_number:poids_net",
                    "missing:valeur_caf",
                ])
    }

    @Test func yearsHaveBounds() throws {
        #expect(try reasons(Self.row(year: "1989")) == ["bad_year"] && reasons(Self.row(year: "1990")).isEmpty)
        #expect(try reasons(Self.row(year: "2049")).isEmpty && reasons(Self.row(year: "2050")) == ["bad_year"])
    }

    @Test func rowsThatAreNoDataAreIgnored() throws {
        let file = try read([
            Self.row(), "", "TOTAL;;;;;;;;;;3;;;;;", "Sous-total;;;;;;;;;;;;;;;", ";;;;;;;;;;3;1,5;;;;", "Page 1/2",
            "Fin de l'extraction;17 lignes", Self.header, Self.row("8"),
        ])
        #expect(
            file.ignored.map(\.reason)
                == [.blank, .total, .total, .total, .footer, .footer, .repeatedHeader])
        #expect(file.recordCount == 9 && file.declarationCount == 2 && file.rejected.isEmpty)
    }

    @Test func duplicatesAreIgnoredAndConflictsRefused() throws {
        let file = try read([
            Self.row(), Self.row("2"), Self.row(), Self.row(value: "1001"), Self.row(article: "2"), Self.row(net: "x"),
        ])
        #expect(file.ignored.map(\.record) == [3] && file.rejected.map(\.record) == [4, 6])
        #expect(file.rejected[0].reasons.map(\.code) == [.conflictingDuplicate] && file.declarationCount == 2)
    }

    @Test func withoutArticleNumbersLinesAreArticles() throws {
        let header = "ANNEE;BUREAU;NUMERO;ORIGINE;CODE_SH;POIDS_NET;VALEUR_CAF"
        let file = try read(
            ["2023;10S;1;FR;8413700000;1,5;10", "2023;10S;1;CN;8413700000;1,5;10", "2023;10S;1;FR;8413700000;1,5;10"],
            header: header)
        #expect(file.declarationCount == 1 && file.declaration(0).articles.count == 2 && file.ignored.count == 1)
    }

    @Test func scatteredLinesMakeOneDeclarationOfSumsAndRatios() throws {
        let file = try read([
            Self.row("1", origin: "FR", code: "3004909000", net: "1,5", value: "1000", rate: "0", paid: "27"),
            Self.row("2"),
            Self.row("1", article: "2", origin: "CN", net: "2,25", value: "3000", rate: "5", paid: "231"),
            Self.row("1", article: "3", net: "0,25", value: "500", paid: ""),
        ])
        let declaration = file.declaration(0)
        let schema = file.vocabulary.schema
        let number = { (name: String) in schema[name].map { declaration.facts.numbers[$0.slot] } }
        #expect(file.declarationCount == 2 && declaration.articles.count == 3)
        #expect(number("valeur_caf") == 4500 && number("poids_net") == 4 && number("montant_liquidation") == 258)
        #expect(number("taux_effectif").map { abs($0 - 100 * 258 / 4000) < 1e-9 } == true)
        #expect(declaration.facts.texts[try #require(schema["code_sh"]).slot] == "8413700000")
        #expect(declaration.facts.texts[try #require(schema["pays_origine"]).slot] == "CN")
        #expect(number("origines_distinctes") == 3 && number("codes_sh_distincts") == 2 && number("articles_lus") == 3)
        #expect(number("valeur_fob")?.isNaN == true)
    }

    @Test func fingerprintsDoNotDependOnTheOrderOfLines() throws {
        let rows = [Self.row("1"), Self.row("1", article: "2", value: "7")]
        let (a, b) = (try read(rows), try read(rows.reversed()))
        #expect(a.fingerprint(of: 0) == b.fingerprint(of: 0))
        #expect(try read([rows[0]]).fingerprint(of: 0) != a.fingerprint(of: 0))
    }

    @Test func filesAreRefusedAsAWhole() throws {
        let refused = { (rows: [String], header: String) in try read(rows, header: header).failure?.code }
        let without = Self.header.replacing("VALEUR_CAF", with: "X").replacing("NUMERO;", with: "NUMERO_REPERTOIRE;")
        #expect(try refused([Self.row()], without) == "missing_columns:numero,valeur_caf")
        #expect(try refused([], Self.header) == "no_data_rows" && refused([""], Self.header) == "no_data_rows")
        #expect(try refused([Self.row()], Self.row()).map { $0.hasPrefix("missing_columns:") } == true)
        let twice = Self.header + ";Valeur CAF"
        #expect(try refused([Self.row(value: "5") + ";6"], twice) == "ambiguous_header:Valeur CAF")
        let same = try read([Self.row(value: "5") + ";5"], header: twice)
        #expect(same.failure == nil && same.warnings.map(\.code) == [.duplicateHeader])
    }

    @Test func anErrorInTheMiddleTakesNothing() throws {
        let file = try Shipped.reader.get().read { BrokenTable(Self.header + "\n" + Self.row(net: "x")) }
        #expect(file.failure?.code == "unclosed_quote:line=3" && file.acceptedCount == 0 && file.rejected.isEmpty)
    }

    @Test func whatAPersonShouldKnowIsSaid() throws {
        let file = try read([
            Self.row("1", ninea: "4749563", description: "=1+1"), Self.row("2", description: "MÃ‰DICAMENTS"),
            Self.row("3", ninea: "ABC", description: String(repeating: "x", count: TextDefects.long + 1)),
            Self.row("4", description: String(repeating: "x", count: TextDefects.long)),
            Self.row("5", description: "-"),
        ])
        #expect(
            file.warnings.map { "\($0.record ?? 0) \($0.code.rawValue)" } == [
                "1 padded_ninea", "1 formula_cell", "2 mojibake", "3 bad_ninea", "3 long_text",
            ])
        let texts = (0..<3).map { file.declaration($0).facts.texts }
        let (ninea, description) = (
            try #require(file.vocabulary.schema["ninea"]), try #require(file.vocabulary.schema["description"])
        )
        #expect(texts[0][ninea.slot] == "004749563" && texts[2][ninea.slot] == nil)
        #expect(texts[0][description.slot] == "=1+1" && texts[1][description.slot] == "MÉDICAMENTS")
    }

    @Test func oneOddChapterAgainstItsDescriptionIsRefused() throws {
        let others = (1...9).map { Self.row(String($0), description: "POMPES CENTRIFUGES A EAU") }
        let odd = Self.row("20", code: "3004909000", description: "POMPES CENTRIFUGES A EAU")
        #expect(try read(others + [odd]).rejected.map(\.record) == [10])
        // A medicine among pumps, or an article of a declaration that has pumps too, is none of our business.
        let medicine = Self.row("20", code: "3004909000", description: "MEDICAMENTS ANTIBIOTIQUES")
        let sibling = Self.row("1", article: "2", code: "3004909000", description: "POMPES CENTRIFUGES A EAU")
        #expect(try read(others + [medicine, sibling]).rejected.isEmpty)
        #expect(try read(others + [medicine], .init(chapter: "84")).rejected.map(\.record) == [10])
    }

    @Test func undecidedNumbersAreRefusedUnlessTheyAreWeights() throws {
        let file = try read([Self.row("1", gross: "921,712", net: "585,831", value: "123,456", rate: "5")])
        #expect(file.rejected.map { $0.reasons.map { $0.text(file.vocabulary) } } == [["bad_number:valeur_caf"]])
        let proven = try read([
            Self.row("1", gross: "921,712", net: "585,831", value: "123.456", rate: "5"), Self.row("2", rate: "5,5"),
        ])
        #expect(proven.rejected.isEmpty && proven.decimal == ",")
    }

    @Test func proofMayComeFromTheLastRow() throws {
        let rows = (0..<400).map { Self.row(String($0), gross: "921.712", net: "585.831", value: "123.456", rate: "5") }
        let file = try read(rows + [Self.row("last", gross: "9,5", net: "1,5", rate: "5")])
        #expect(file.decimal == "," && file.rejected.count == 0)
    }

    @Test func anIdentifierHoldsAllThreeParts() throws {
        let header = "DECLARATION_ID;ORIGINE;CODE_SH;POIDS_NET;VALEUR_CAF"
        let file = try read(
            [
                "2023/10S/28948;FR;8413700000;1,5;10", "2023/10S;FR;8413700000;1,5;10",
                "2023 DKR 5;FR;8413700000;1,5;10",
            ],
            header: header)
        #expect(file.declaration(0).key.description == "2023/10S/28948" && file.acceptedCount == 1)
        #expect(
            file.rejected.map { $0.reasons.map { $0.text(file.vocabulary) } }
                == [["missing:annee", "missing:bureau", "missing:numero"], ["bad_office"]])
    }

    @Test func titlesAboveTheHeaderAreSkippedUpToALimit() throws {
        let lines = { (count: Int) in Array(repeating: "titre;;", count: count) + [Self.header, Self.row()] }
        let read = { (rows: [String]) in
            try Shipped.reader.get().read { MemoryTable(rows.joined(separator: "\n")) }
        }
        #expect(try read(lines(FileSurvey.deepestHeader - 1)).headerLine == FileSurvey.deepestHeader)
        #expect(try read(lines(FileSurvey.deepestHeader)).failure?.code.hasPrefix("missing_columns:") == true)
    }

    @Test func theReportIsJSONInTheShapePromised() throws {
        let file = try read([Self.row(), Self.row("2", net: "x"), ""])
        var bytes: [UInt8] = []
        try file.writeJSON(name: "essai.csv") { bytes += $0 }
        let json = try JSONValue(parsing: bytes)
        #expect(json.at("/accepted/0/values/date_enregistrement")?.string == "2023-02-01")
        #expect(json.at("/accepted/0/values/poids_net")?.double == 147 && json.at("/accepted/0/line")?.int == 2)
        #expect(json.at("/rejected/0/reasons/0")?.string == "bad_number:poids_net")
        #expect(json.at("/ignored/0/reason")?.string == "blank_row" && json.at("/file_error")?.isNull == true)
        #expect(json.at("/declarations/0/taux_effectif")?.double == 7.7 && json.at("/records")?.int == 3)
    }
}

/// A table that fails after its last row.
private final class BrokenTable: Table {
    private let table: MemoryTable
    init(_ text: String) { table = MemoryTable(text) }
    var encoding: String { table.encoding }
    var line: Int { table.line }
    var cellCount: Int { table.cellCount }
    func next() throws(ReadingError) -> Bool {
        if try table.next() { return true }
        throw ReadingError("unclosed_quote:line=3", "Un guillemet n’est pas fermé.")
    }
    func withCell<R>(_ index: Int, _ body: (Span<UInt8>) throws -> R) rethrows -> R { try table.withCell(index, body) }
}

@testable import Customs
import JSON
import Platform
import Reading
import TestKit
import Testing

/// What becomes of a form when the layouts do not know its family, or one of its labels: as if it were new.
@Suite struct HeldOutTests {
    // MARK: One layout at a time

    /// A reader that never heard of a family of forms.
    private static func reader(without family: String) throws -> DocumentReader {
        let directory = try TemporaryDirectory()
        let shipped = try Shipped.configuration.get()
        try File.createDirectory(directory.path + "/layouts")
        for name in try shipped.names(in: "layouts") where name != family + ".json" {
            let path = try #require(shipped.path(of: "layouts/" + name))
            try File.replace("\(directory.path)/layouts/\(name)", with: File.read(path, limit: 1 << 20))
        }
        let layout = try Layout.load(from: ConfigurationDirectory(layers: [directory.path]))
        #expect(layout.families.count == 2 && !layout.families.contains { $0.name == family })
        return try reader(layout)
    }

    private static func reader(_ layout: Layout) throws -> DocumentReader {
        let whole = try DocumentReaderTests.shipped.get()
        return DocumentReader(
            layout, countries: whole.countries, tariff: whole.tariff, vocabulary: whole.vocabulary)
    }

    @Test(
        .enabled(if: Fixtures.root != nil, "INSPECTIA_FIXTURES names no folder"),
        arguments: [
            ("gainde", "A01_gainde_blue_pdf_text"), ("gainde", "A04_gainde_blue_pdf_text"),
            ("dau", "A02_sad_a_pdf_text"), ("dau", "A08_sad_a_pdf_multi_text"), ("tableau", "A03_note_2col_pdf_text"),
        ]) func aFormOfAnUnknownFamilyIsRead(_ family: String, _ name: String) throws
    {
        let extractor = DocumentExtractor(try Self.reader(without: family))
        let (_, found) = try extractor.extract(try Fixtures.bytes("documents/docs/\(name).pdf"), file: name)
        let truth = try JSONValue(parsing: try Fixtures.bytes("documents/truth/\(name).json"))
        let fields = try #require(truth["fields"]?.members)
        #expect(found.count == 1 && found[0].layout != family)
        let right = fields.count { DocumentFixturesTests.isSame(found[0].values[$0.name]?.value, $0.value.string) }
        #expect(Double(right) >= 0.95 * Double(fields.count), "\(right) sur \(fields.count)")
        #expect(Double(found[0].values.count - right) <= 0.03 * Double(fields.count))
    }

    // MARK: One wording, or all of a field's wordings, at a time

    private static let wordings =
        SketchedDeclaration.header.map(\.label) + [
            "Article", "Espèce tarifaire", "P.O.", "P.B.", "P.N.", "Valeur en douane", "Art", "Code taxe", "Assiette",
            "Quotité", "Liquidé", "Net à payer",
        ]

    /// The layouts without a label, or without all that mean the same.
    private static func layout(without wording: String, orItsSynonyms all: Bool) throws -> Layout {
        var layout = try DocumentReaderTests.shipped.get().layout
        let name = FoldedName(wording)
        func rest(_ labels: [String]) -> [String] {
            let kept = labels.filter { FoldedName($0) != name }
            return all && kept.count < labels.count ? [] : kept
        }
        layout.anchors = layout.anchors.map {
            .init(level: $0.level, fields: $0.fields, labels: rest($0.labels), boxes: $0.boxes)
        }
        for (column, labels) in layout.taxes.columns { layout.taxes.columns[column] = rest(labels) }
        return layout
    }

    private static let truth: [String: String] = {
        var truth = ["annee": "2024", "total_liquide": "1880900"]
        for item in SketchedDeclaration.header { truth[item.field] = item.value }
        for row in SketchedDeclaration.articles {
            truth["articles.\(row[0]).numero"] = row[0]
            let values =
                [row[1].replacing(".", with: ""), row[2]] + row[3...4].map(plain) + [row[5].replacing(".", with: "")]
            for (name, value) in zip(["code_sh", "pays_origine", "poids_brut", "poids_net", "valeur_caf"], values) {
                truth["articles.\(row[0]).\(name)"] = value
            }
        }
        for row in SketchedDeclaration.taxes {
            for (part, value) in zip(["base", "taux", "montant"], row[2...4].map(plain)) {
                truth["taxes.\(row[0]).\(row[1]).\(part)"] = value
            }
        }
        return truth
    }()

    private static func plain(_ text: String) -> String {
        text.replacing(".", with: "").replacing(",", with: ".")
    }

    @Test(arguments: wordings, [false, true]) func aLabelThatNobodyKnowsTakesNothingAlong(
        _ wording: String, _ all: Bool
    ) throws {
        let reader = try Self.reader(Self.layout(without: wording, orItsSynonyms: all))
        for inBoxes in [false, true] {
            let found = reader.read([SketchedDeclaration.page(inBoxes: inBoxes).page()])[0]
            let comment: Comment = "sans « \(wording) », \(inBoxes ? "en boîtes" : "en lignes")"
            var wrong: [String] = []
            for (name, value) in found.values where Self.truth[name] != value.value {
                // Free text may take a line along whose label is unknown: nothing tells it from text.
                let kind = name.split(separator: ".").last.flatMap { reader.layout.kind(of: String($0)) }
                if kind?.isText != true { wrong.append("\(name) = \(value.value)") }
            }
            #expect(wrong.isEmpty, "\(comment) : \(wrong.sorted())")
            let missing = Self.truth.keys.filter { found.values[$0] == nil }
            // What the label stands for, in each article or tax at most; without its codes a table is none.
            let most = wording == "Espèce tarifaire" ? 7 : 6
            #expect(missing.count <= most, "\(comment) : \(missing.sorted())")
        }
    }
}

import Platform
import Reading
import TestKit

/// A declaration as somebody prints it: a form of labels and values, and a table of articles.
struct PrintedDeclaration {
    var number = "20417"
    var office = "18N"
    var ninea = "004417263"
    /// Labels that this form has instead of the usual ones.
    var renamed: [String: String] = [:]

    var pdf: [UInt8] { TestPDF(pages: [page]).bytes }

    private var page: TestPDF.Page {
        var page = TestPDF.Page()
        page.text("DECLARATION EN DETAIL", 200, 800, size: 14)
        let rows = [
            ("Numero de declaration", number), ("Bureau de douane", office), ("Date d'enregistrement", "17/03/2026"),
            ("Regime douanier", "C100"), ("NINEA importateur", ninea), ("Importateur", "KAYDARA NEGOCE SARL"),
            ("Pays de provenance", "TR"), ("Nombre d'articles", "2"),
        ]
        for (row, (label, value)) in rows.enumerated() {
            page.text((renamed[label] ?? label) + " :", 40, 765 - 20 * row, size: 10)
            if !value.isEmpty { page.text(value, 220, 765 - 20 * row, size: 10) }
        }
        let columns = [
            ("Article", 40), ("Espece tarifaire", 100), ("P.O.", 210), ("P.B.", 270), ("P.N.", 350),
            ("Valeur en douane", 430),
        ]
        for (label, x) in columns { page.text(label, x, 560, size: 9) }
        let articles = [
            ["1", "3004.90.00.00", "TR", "1250.500", "1100.000", "4000000"],
            ["2", "3004.90.00.00", "CN", "310.000", "290.250", "1500000"],
        ]
        for (row, article) in articles.enumerated() {
            for ((_, x), cell) in zip(columns, article) { page.text(cell, x, 540 - 20 * row, size: 9) }
        }
        return page
    }

    /// The same, scanned; coarse scans lose the smallest letters.
    func image(widest: Int = 2400) throws -> [UInt8] {
        let workers = PageWorkers(executable: BuiltProgram.path ?? "", limits: .init(processes: 1))
        defer { workers.stop() }
        return try workers.read(pdf) { try $0.image(ofPage: 1, widest: widest) }
    }
}

import Reading

/// A page drawn for a test: texts at places, in points of an A4 sheet.
struct PageSketch {
    private(set) var words: [PageWord] = []
    private(set) var rules: [PageRule] = []
    private static let width = 595.0, height = 842.0

    /// Letters half as wide as high; spaces a little narrower.
    mutating func text(_ text: String, _ x: Double, _ y: Double, size: Double = 8, onColour: Bool = false) {
        var x = x
        for word in text.split(separator: " ") {
            let right = x + Double(word.count) * size * 0.52
            let box = PageBox(
                left: x / Self.width, top: y / Self.height, right: right / Self.width,
                bottom: (y + size * 1.1) / Self.height)
            words.append(PageWord(text: String(word), box: box, confidence: 1, isOnColour: onColour))
            x = right + size * 0.28
        }
    }

    /// Text that ends where columns of numbers end.
    mutating func text(_ text: String, endingAt right: Double, _ y: Double, size: Double = 8) {
        let words = text.split(separator: " ")
        let letters = words.reduce(0) { $0 + $1.count }
        self.text(text, right - (Double(letters) * 0.52 + Double(words.count - 1) * 0.28) * size, y, size: size)
    }

    /// A box with a small label in its corner and a value near its lower edge.
    mutating func box(_ label: String, _ value: String, _ x: Double, _ y: Double, width: Double) {
        for edge in [y, y + 30] { rule(x, edge, x + width, edge) }
        for edge in [x, x + width] { rule(edge, y, edge, y + 30) }
        text(label, x + 3, y + 2, size: 5.5)
        text(value, x + 10, y + 17)
    }

    mutating func rule(_ left: Double, _ top: Double, _ right: Double, _ bottom: Double) {
        let isHorizontal = right - left > bottom - top
        let box = PageBox(
            left: left / Self.width, top: top / Self.height, right: right / Self.width, bottom: bottom / Self.height)
        rules.append(PageRule(box: box, isHorizontal: isHorizontal))
    }

    func page(_ number: Int = 1, source: PageSource = .text) -> DocumentPage {
        DocumentPage(number: number, aspect: Self.width / Self.height, source: source, words: words, rules: rules)
    }

    /// The same page as recognition may have read it: certain words otherwise, and less surely.
    func misread(_ changes: [String: String]) -> PageSketch {
        var sketch = self
        for k in sketch.words.indices {
            sketch.words[k].confidence = 0.9
            if let other = changes[sketch.words[k].text] {
                sketch.words[k].text = other
                sketch.words[k].confidence = 0.6
            }
        }
        return sketch
    }
}

/// A made-up declaration of two articles, printed in several ways.
enum SketchedDeclaration {
    static let header: [(label: String, field: String, printed: String, value: String)] = [
        ("N° de la déclaration", "numero", "20417", "20417"), ("Bureau de douane", "bureau", "18N", "18N"),
        ("Date d'enregistrement", "date_enregistrement", "17/03/2024", "2024-03-17"),
        ("Régime douanier", "regime", "C100", "C100"), ("N° NINEA", "ninea", "004417263", "004417263"),
        ("Importateur", "destinataire_nom", "KAYDARA NEGOCE SARL", "KAYDARA NEGOCE SARL"),
        ("Code transitaire", "declarant_code", "55120", "55120"),
        ("Pays de provenance", "pays_provenance", "TR", "TR"), ("Incoterm", "incoterm", "FOB", "FOB"),
        ("Nb articles", "nb_articles", "2", "2"),
    ]
    /// Article, tariff code, origin, gross and net weight, customs value.
    static let articles: [[String]] = [
        ["1", "8413.70.00.00", "TR", "1.250,500", "1.100,000", "4.000.000"],
        ["2", "8544.49.90.00", "CN", "310,000", "290,250", "1.500.000"],
    ]
    /// Article, tax, base, rate, amount.
    static let taxes: [[String]] = [
        ["1", "01", "4.000.000", "10,00", "400.000"], ["1", "03", "4.000.000", "1,00", "40.000"],
        ["1", "05", "4.440.000", "18,00", "799.200"], ["2", "01", "1.500.000", "20,00", "300.000"],
        ["2", "03", "1.500.000", "1,00", "15.000"], ["2", "05", "1.815.000", "18,00", "326.700"],
    ]
    static let total = "1.880.900"

    static func lines(_ sketch: inout PageSketch) {
        for (k, item) in header.enumerated() {
            sketch.text(item.label + " :", 40, 60 + Double(k) * 16)
            sketch.text(item.printed, 200, 60 + Double(k) * 16)
        }
    }

    static func boxes(_ sketch: inout PageSketch) {
        for (k, item) in header.enumerated() {
            sketch.box(item.label, item.printed, 30 + Double(k % 4) * 135, 60 + Double(k / 4) * 34, width: 130)
        }
    }

    static func table(_ sketch: inout PageSketch, _ y: Double, rows: Range<Int> = 0..<2) {
        let columns = [("Article", 50.0), ("Espèce tarifaire", 140), ("P.O.", 200), ("P.B.", 290), ("P.N.", 370)]
        for (label, x) in columns + [("Valeur en douane", 480)] { sketch.text(label, endingAt: x, y, size: 6) }
        for (k, row) in articles[rows].enumerated() {
            for (cell, x) in zip(row, columns.map(\.1) + [480]) {
                sketch.text(cell, endingAt: x, y + 16 + Double(k) * 14, size: 7)
            }
        }
    }

    static func taxTable(_ sketch: inout PageSketch, _ y: Double) {
        taxRows(&sketch, y)
        totalLine(&sketch, y + 110)
    }

    /// Some rows, with headings or bare, as on a page that goes on; `shift` moves all of it to the right.
    static func taxRows(
        _ sketch: inout PageSketch, _ y: Double, rows: Range<Int> = 0..<6, hasHeadings: Bool = true, shift: Double = 0
    ) {
        let columns = [("Art", 60.0), ("Code taxe", 130), ("Assiette", 240), ("Quotité", 320), ("Liquidé", 430)]
        if hasHeadings { for (label, x) in columns { sketch.text(label, endingAt: x + shift, y, size: 7) } }
        for (k, row) in taxes[rows].enumerated() {
            for (cell, x) in zip(row, columns.map(\.1)) {
                sketch.text(cell, endingAt: x + shift, y + 14 + Double(k) * 12)
            }
        }
    }

    static func totalLine(_ sketch: inout PageSketch, _ y: Double) {
        sketch.text("Net à payer :", 60, y)
        sketch.text(total, endingAt: 430, y)
    }

    /// Header fields in boxes or lines, a table of articles, a list of taxes.
    static func page(inBoxes: Bool) -> PageSketch {
        var sketch = PageSketch()
        sketch.text("DECLARATION EN DETAIL", 200, 20, size: 12)
        if inBoxes { boxes(&sketch) } else { lines(&sketch) }
        table(&sketch, 300)
        taxTable(&sketch, 400)
        return sketch
    }
}

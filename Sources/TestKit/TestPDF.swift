/// Writes small PDF documents, in Helvetica, by hand.
public struct TestPDF: Sendable {
    public struct Page: Sendable {
        public var width = 595
        public var height = 842
        public var rotation = 0
        public var content = ""

        public init() {}

        /// At points from the lower left corner. `mode` 3 is invisible; `grey` 0 is black.
        public mutating func text(_ text: String, _ x: Int, _ y: Int, size: Int = 11, mode: Int = 0, grey: Double = 0) {
            let escaped = text.map { "()\\".contains($0) ? "\\\($0)" : String($0) }.joined()
            content += "BT /F1 \(size) Tf \(mode) Tr \(grey) g \(x) \(y) Td (\(escaped)) Tj ET\n"
        }
        public mutating func line(_ x: Int, _ y: Int, to right: Int, _ top: Int) {
            content += "1 w 0 G \(x) \(y) m \(right) \(top) l S\n"
        }
        public mutating func fill(_ x: Int, _ y: Int, _ width: Int, _ height: Int, _ colour: String) {
            content += "\(colour) rg \(x) \(y) \(width) \(height) re f\n"
        }
        /// A picture of one pixel that covers the page.
        public mutating func picture() {
            content += "q \(width) 0 0 \(height) 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G /F /AHx ID FF> EI Q\n"
        }
    }

    public var pages: [Page]

    public init(pages: [Page]) { self.pages = pages }

    public var bytes: [UInt8] {
        var objects = [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Count \(pages.count) /Kids [\(pages.indices.map { "\(4 + 2 * $0) 0 R" }.joined(separator: " "))] >>",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        ]
        for (index, page) in pages.enumerated() {
            objects.append(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 \(page.width) \(page.height)] /Rotate \(page.rotation) "
                    + "/Resources << /Font << /F1 3 0 R >> >> /Contents \(5 + 2 * index) 0 R >>")
            objects.append("<< /Length \(page.content.utf8.count) >>\nstream\n\(page.content)endstream")
        }
        var text = "%PDF-1.4\n"
        var places: [Int] = []
        for (index, object) in objects.enumerated() {
            places.append(text.utf8.count)
            text += "\(index + 1) 0 obj\n\(object)\nendobj\n"
        }
        let start = text.utf8.count
        text += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for place in places { text += String(repeating: "0", count: 10 - "\(place)".count) + "\(place) 00000 n \n" }
        text += "trailer << /Size \(objects.count + 1) /Root 1 0 R >>\nstartxref\n\(start)\n%%EOF\n"
        return Array(text.utf8)
    }

    /// A declaration in small: labels, values, a table with rules.
    public static func form() -> Page {
        var page = Page()
        page.text("REPUBLIQUE DU SENEGAL", 200, 780, size: 16)
        let rows = [
            ("Bureau de douane", "18N"), ("Date d'enregistrement", "13/06/2023"), ("NINEA importateur", "002791699"),
            ("Importateur", "NDIAMBOUR INDUSTRIES SA"), ("Conteneur", "GESU2409420"), ("Poids brut total", "14411.870"),
            ("Valeur en douane", "333778135"), ("Navire", "MSC ALIZEA"), ("Pays de provenance", "KR"),
        ]
        for (index, row) in rows.enumerated() {
            page.text(row.0, 60, 740 - 24 * index)
            page.text(row.1, 300, 740 - 24 * index)
        }
        for row in 0...4 { page.line(60, 500 - 30 * row, to: 540, 500 - 30 * row) }
        for column in [60, 180, 300, 420, 540] { page.line(column, 380, to: column, 500) }
        for row in 0..<4 {
            for column in 0..<4 { page.text("\(4711 * (row + 1) + 1309 * column)", 75 + 120 * column, 480 - 30 * row) }
        }
        return page
    }
    /// Some of what stands there.
    public static let formWords = [
        "SENEGAL", "18N", "13/06/2023", "002791699", "NDIAMBOUR", "GESU2409420", "14411.870", "333778135", "4711",
    ]
}

/// The formats of a workbook's cells, by the number that a cell gives as its style.
struct CellFormats {
    private var formats: [CellFormat] = []

    private static let mostFormats = 65_536

    init() {}

    init(_ xml: consuming XMLReader) throws(ReadingError) {
        var declared: [Int: CellFormat] = [:]
        var isInCells = false
        while true {
            switch try xml.next() {
            case .open where xml.isNamed("cellXfs"): isInCells = true
            case .close where xml.isNamed("cellXfs"): isInCells = false
            case .open where xml.isNamed("numFmt"):
                guard declared.count < Self.mostFormats else { throw .badWorkbook("too many formats") }
                if let id = xml.number("numFmtId"), let code = try xml.string("formatCode") {
                    declared[id] = CellFormat(code: code)
                }
            case .open where isInCells && xml.isNamed("xf"):
                guard formats.count < Self.mostFormats else { throw .badWorkbook("too many formats") }
                let id = xml.number("numFmtId") ?? 0
                formats.append(declared[id] ?? CellFormat(builtIn: id))
            case .end: return
            default: continue
            }
        }
    }

    subscript(_ style: Int) -> CellFormat { formats.indices.contains(style) ? formats[style] : .number }
}

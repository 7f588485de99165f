/// The sheets that a workbook lists, in their order.
struct SheetList {
    private(set) var sheets: [Sheet] = []
    private(set) var startsIn1904 = false

    /// Sheets of other kinds, charts for example, are left out.
    init(_ xml: consuming XMLReader, _ relations: WorkbookRelations, _ limits: ReadingLimits) throws(ReadingError) {
        while true {
            switch try xml.next() {
            case .open where xml.isNamed("workbookPr"):
                startsIn1904 = xml.value("date1904").map { xml.equals($0, "1") || xml.equals($0, "true") } ?? false
            case .open where xml.isNamed("sheet"):
                guard let id = try xml.string("id"), let part = relations.sheets[id] else { continue }
                guard sheets.count < limits.sheets else { throw .badWorkbook("more than \(limits.sheets) sheets") }
                let isVisible = xml.value("state").map { xml.equals($0, "visible") } ?? true
                sheets.append(Sheet(name: try xml.string("name") ?? "", isVisible: isVisible, part: part))
            case .end: return
            default: continue
            }
        }
    }
}

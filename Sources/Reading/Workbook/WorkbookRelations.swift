/// Which files of the archive the workbook means.
struct WorkbookRelations {
    private(set) var sharedTexts = ""
    private(set) var styles = ""
    /// Parts of sheets by the identifier that the workbook uses.
    private(set) var sheets: [String: String] = [:]

    private static let part = "xl/_rels/workbook.xml.rels"

    init(_ archive: ZipArchive, _ limits: ReadingLimits) throws(ReadingError) {
        guard let entry = archive[Self.part] else { throw .badWorkbook("no \(Self.part)") }
        var xml = XMLReader(try archive.open(entry), longestToken: limits.recordBytes)
        while true {
            switch try xml.next() {
            case .open where xml.isNamed("Relationship"): try take(xml)
            case .end: return
            default: continue
            }
        }
    }

    private mutating func take(_ xml: borrowing XMLReader) throws(ReadingError) {
        guard let id = try xml.string("Id"), let type = try xml.string("Type"), let target = try xml.string("Target"),
            xml.value("TargetMode").map({ xml.equals($0, "Internal") }) ?? true
        else { return }
        let part = Self.resolve(target)
        // Two standards name the same types differently, except at the end.
        switch type.split(separator: "/").last {
        case "worksheet": sheets[id] = part
        case "sharedStrings": sharedTexts = part
        case "styles": styles = part
        default: break
        }
    }

    /// Seen from the folder of the workbook.
    private static func resolve(_ target: String) -> String {
        if target.hasPrefix("/") { return String(target.dropFirst()) }
        var parts: [Substring] = ["xl"]
        for part in target.split(separator: "/") {
            if part == ".." { parts = parts.dropLast() } else if part != "." { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }
}

@testable import Reading

/// Makes workbooks of bare parts, well-formed or not.
enum TestWorkbook {
    static let relations = """
        <Relationships><Relationship Id="r1" Type="x/worksheet" Target="s1.xml"/>\
        <Relationship Id="r2" Type="x/worksheet" Target="s2.xml"/>\
        <Relationship Id="t" Type="x/sharedStrings" Target="t.xml"/>\
        <Relationship Id="y" Type="x/styles" Target="y.xml"/></Relationships>
        """
    static let list = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"Un\" r:id=\"r1\"/></sheets></workbook>"

    /// A workbook whose first sheet has these rows.
    static func bytes(rows: String = "", sheet: String? = nil, list: String = list, _ others: [String: String] = [:])
        -> [UInt8]
    {
        var parts = ["xl/workbook.xml": list, "xl/_rels/workbook.xml.rels": relations]
        parts["xl/s1.xml"] = sheet ?? "<worksheet><sheetData>\(rows)</sheetData></worksheet>"
        parts.merge(others) { $1 }
        return archive(parts.sorted { $0.key < $1.key })
    }

    static func archive(_ parts: [(key: String, value: String)]) -> [UInt8] {
        var archive = ZipWriter()
        for (name, text) in parts { archive.add(name, text) }
        return archive.finish()
    }
}

import Testing

@testable import Reading

@Suite struct JSONTableTests {
    @Test func objectsAreRecords() {
        let table = ReadTable(
            """
            [
              {"annee": 2024, "bureau": "18N", "valeur": 1.50E+3, "ok": true, "rien": null},

              {"bureau": "20A", "note": "a\\n\\u00e9", "liste": [1, {"b": 2}]}
            ]
            """)
        #expect(table.failure == nil)
        #expect(
            table.cells == [
                ["annee", "bureau", "valeur", "ok", "rien", "note", "liste"], ["2024", "18N", "1.50E+3", "1"],
                ["", "20A", "", "", "", "a\né", "[1, {\"b\": 2}]"],
            ])
        #expect(table.lines == [2, 2, 4])
    }

    @Test func articlesAreRecordsOfTheirDeclaration() {
        let table = ReadTable(
            """
            {"version": 1, "declarations": [
            {"numero": "7", "pays": "FR", "articles": [
            {"article": 1, "pays": "CN"},
            {"article": 2}], "bureau": "18N"},
            {"numero": "8", "articles": []}]}
            """)
        #expect(
            table.cells == [
                ["numero", "pays", "bureau", "article"], ["7", "CN", "18N", "1"], ["7", "FR", "18N", "2"], ["8"],
            ])
        #expect(table.lines == [2, 3, 4, 5])
    }

    @Test func oneObjectIsOneRecord() {
        #expect(ReadTable("\u{feff}{\"a\":1}").cells == [["a"], ["1"]])
        #expect(ReadTable("[]").cells == [])
    }

    @Test(arguments: [
        "[{\"a\":1]", "[{\"a\":1},2]", "[{}] x", "{\"declarations\":[{}", "{\"articles\":[1]}", "[{\"a\":1,\"a\":2}]",
    ])
    func malformed(_ text: String) { #expect(ReadTable(text).failure == "bad_json") }

    /// The work must not grow with the square of the articles.
    @Test func manyArticles() {
        let articles = Array(repeating: "{\"n\":1}", count: 20_000).joined(separator: ",")
        let table = ReadTable("[{\"a\":2,\"articles\":[\(articles)]}]")
        #expect(table.rows.count == 20_001)
        #expect(table.cells.last == ["2", "1"])
    }
}

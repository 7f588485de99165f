import Testing

@testable import Customs

@Suite struct RejectsFileTests {
    @Test func refusedRowsComeBackWithTheirReasonsAndWithoutFormulas() throws {
        let text =
            ([
                "titre;;;", DeclarationFileReaderTests.header, DeclarationFileReaderTests.row(),
                DeclarationFileReaderTests.row("2", description: "=1+1", net: "x", value: "-5"),
            ]).joined(separator: "\n")
        let file = try Shipped.reader.get().read { MemoryTable(text) }
        var bytes: [UInt8] = []
        try RejectsFile.write(file, MemoryTable(text)) { bytes += $0 }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        #expect(lines.count == 3 && lines[0].hasPrefix("\u{feff}ligne;colonne;code;motif;ANNEE;BUREAU"))
        #expect(lines[1].hasPrefix("4;POIDS_NET;bad_number:poids_net;Poids net : ") && lines[1].contains(";'=1+1;"))
        #expect(lines[2].hasPrefix("4;VALEUR_CAF;negative:valeur_caf;") && lines[2].contains(";-5;"))
    }
}

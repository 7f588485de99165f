import TestKit
import Testing

@testable import Trees

@Suite struct TableFileTests {
    private func text(_ text: String) throws -> TextTable { try TextTable(Array(text.utf8)) }

    @Test func fieldsAreFound() throws {
        let table = try text("\u{feff}a,\"b \"\"c\"\"\",d\r\n1,\"x,\ny\",\r\n\r\n-2.5e3,,z")
        #expect(table.names == ["a", "b \"c\"", "d"] && table.rowCount == 2)
        #expect(table.number(0, 0) == 1 && table.text(0, 1) == "x,\ny" && table.isEmpty(0, 2))
        #expect(table.number(0, 2)?.isNaN == true && table.number(1, 0) == -2500 && table.number(1, 2) == nil)
        #expect(table.line(0) == 2 && table.line(1) == 5 && table.place(1, 2) == "ligne 5, colonne « d »")
        #expect(try text("a;b\n1;2\n").names == ["a", "b"])
        #expect(try text("a\tb\n1\t2").number(0, 1) == 2)
        #expect(try text("a\n\n1\n").rowCount == 2)
        #expect(try text("a,b\n").rowCount == 0)
    }

    @Test(arguments: [
        ("", "ligne 1"), ("\n1", "ligne 1"), ("a,a\n", "ligne 1"), ("a,\n", "ligne 1"), ("a,b\n1\n", "ligne 2"),
        ("a,b\n1,2\n1,2,3", "ligne 3"),
        ("a,b\n1,\"2", "ligne 2"), ("a,b\n1,\"2\"x", "ligne 2"), ("a,b\n1,2\"", "ligne 2"), ("a,b\n1\r,2", "ligne 2"),
        ("\"a", "ligne 1"),
    ])
    func whatIsNoTableIsRefusedWithItsLine(_ given: String, _ place: String) {
        #expect { try text(given) } throws: { error in
            guard let error = error as? LearningError else { return false }
            return error.reason == .badRow && error.subject.hasPrefix(place)
        }
    }

    @Test(arguments: [
        "0x10", "inf", "nan", "1 ", " 1", "1,5", "--1", "1e", ".", "1e999", "１", String(repeating: "1", count: 65),
    ])
    func wordsAreNoNumbers(_ word: String) throws {
        #expect(try text("a\tb\n\(word)\t1").number(0, 0) == nil)
    }

    @Test func rolesAreNotFeatures() throws {
        let table = try TableFile.read(
            text(
                "etiquette,date,connu_le,poids,enjeu,provenance,prix,code,vide\n1,2026-03-02,2026-04-01,2,100,physique,1.5,30a,\n0,2026-03-01,,1,0,simulation,,85,\n"
            ))
        #expect(
            table.columns.map(\.name) == ["prix", "code", "vide"]
                && table.columns.map(\.isCategorical) == [false, true, false])
        #expect(table.labels == [false, true] && table.weights == [1, 2] && table.duties == [0, 100])
        #expect(table.provenances == [.simulation, .physique] && table.days[1] - table.days[0] == 1)
        #expect(table.knownDays[1] - table.days[1] == 30 && table.knownDays[0] == table.days[0])
        let undated = try TableFile.read(text("etiquette,x\n1,2\n0,3\n"), firstDay: 5)
        #expect(undated.days == [5, 6] && undated.provenances == [.importHistorique, .importHistorique])
        // A package wants a text where these rows happen to have numbers.
        #expect(try TableFile.read(text("etiquette,x\n1,2\n"), categorical: ["x"]).columns[0].isCategorical)
    }

    @Test(arguments: [
        ("x\n1", "etiquette"), ("etiquette\n2", "ligne 2, colonne « etiquette »"),
        ("etiquette,x\n0,1\n,1", "ligne 3, colonne « etiquette »"),
        ("etiquette,date\n0,2026-02-30", "ligne 2, colonne « date »"),
        ("etiquette,poids\n0,-1", "ligne 2, colonne « poids »"),
        ("etiquette,enjeu\n0,", "ligne 2, colonne « enjeu »"),
        ("etiquette,provenance\n0,x", "ligne 2, colonne « provenance »"),
        ("etiquette,date,connu_le\n0,2026-02-03,hier", "ligne 2, colonne « connu_le »"),
        ("etiquette,x\n0,1e300", "ligne 2, colonne « x »"),
    ])
    func wrongValuesAreNamed(_ given: String, _ place: String) {
        #expect { try TableFile.read(text(given)) } throws: { ($0 as? LearningError)?.subject == place }
    }

    @Test func aColumnThatMustBeNumbersIsHeldToIt() throws {
        #expect { try TableFile.read(text("etiquette,x\n0,1\n1,a"), categorical: []) } throws: {
            ($0 as? LearningError)?.subject == "ligne 3, colonne « x »"
        }
    }

    /// Whatever it is given, a row has as many fields as the header, and they can be asked for.
    @Test(arguments: 0..<40)
    func anyTextIsReadOrRefused(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let alphabet = Array("ab1.,;\"\"\n\n\r\té".utf8)
        for _ in 0..<100 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            guard let table = try? TextTable(bytes) else { continue }
            for row in 0..<table.rowCount {
                for column in table.names.indices {
                    #expect(table.isEmpty(row, column) == table.text(row, column).isEmpty)
                    #expect(table.number(row, column)?.isInfinite != true)
                }
            }
        }
    }

    private let columns = [RowsFile.Column("a", isText: false), RowsFile.Column("b", isText: true)]

    @Test func rowsAreFoundByNameOrInOrder() throws {
        func read(_ text: String) throws -> [RowEncoder.Value] { try RowsFile.read(Array(text.utf8), columns: columns) }
        #expect(try read("b,x,a\nq,0,1") == [.number(1), .text("q")])
        #expect(try read("u,v\n1,q") == [.number(1), .text("q")])
        #expect(try read(" [[1,\"q\"],[\"-inf\",3]]") == [.number(1), .text("q"), .number(-.infinity), .number(3)])
        #expect(try read("a,b\ninf,") == [.number(.infinity), .text("")])
        #expect(try read("[]").isEmpty)
        for (text, subject) in [
            ("a,x\n1,2", "« b »"), ("a,b\nq,q", "ligne 2, colonne « a »"), ("[[1]]", "ligne 1, 1 valeurs au lieu de 2"),
            ("[[1,\"q\",2]]", "ligne 1, 3 valeurs au lieu de 2"),
            ("[[1,\"q\"],[\"x\",\"q\"]]", "ligne 2, colonne « a »"),
            ("[[1,true]]", "ligne 1, colonne « b »"), ("[1]", "ligne 1"), ("[[1,\"q\"", "ligne 1, colonne « b »"),
        ] {
            #expect { try read(text) } throws: { ($0 as? LearningError)?.subject == subject }
        }
    }
}

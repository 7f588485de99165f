import JSON
import TestKit
import Testing

@testable import Trees

@Suite struct RowEncoderTests {
    @Test func rowsAndTablesGetTheSameCells() throws {
        let table = try TrainingTables.table(rows: 400)
        var plans = TrainingTables.plans
        plans.append(ColumnPlan("produit", encoding: .frequency))
        let encoder = try RowEncoder.learn(plans, from: table, training: 0..<300).encoder
        // 1 + 1 + (3 + others) + 1 + 1.
        #expect(encoder.cellCount == 8 && encoder.groups == [0..<1, 1..<2, 2..<6, 6..<7, 7..<8])
        #expect(encoder.cellNames.prefix(6) == ["prix", "bruit", "bureau=", "bureau=10S", "bureau=18N", "bureau=*"])
        let cells = try encoder.encode(table)
        for row in stride(from: 0, to: table.count, by: 37) {
            let values = plans.map { plan in value(table, plan.name, row) }
            let alone = [Float](unsafeUninitializedCapacity: 8) { buffer, count in
                encoder.fill(buffer.baseAddress!, from: values)
                count = 8
            }
            let together = cells[row * 8..<row * 8 + 8]
            #expect(zip(alone, together).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
        }
    }

    @Test func categoriesAreCellsOfTheirOwn() throws {
        let table = try TrainingTable(
            columns: [
                .init("poids", numbers: [1.5, .nan, 20, 1.5, 20, 3_000_000]),
                .init("prix", numbers: [1, 2, 3, 4, 5, 6]),
                .init("bureau", texts: ["18N", "", "10S", "18N", "?", "18N"]),
            ], labels: [true, false, true, false, true, false], days: [1, 2, 3, 4, 5, 6],
            provenances: [LabelProvenance](repeating: .physique, count: 6))
        // Four weights in six rows, what is missing among them, are too many; six prices in twelve are not.
        #expect(table.plans(for: .oblivious, training: 0..<6).map(\.encoding) == [.number, .number, .level])
        #expect(table.plans(for: .oblivious, training: 2..<5).map(\.encoding) == [.number, .number, .level])
        let twice = try table.joined(with: table)
        #expect(twice.plans(for: .oblivious, training: 0..<12).map(\.encoding)[1] == .numberAndLevel)
        #expect(table.plans(for: .xgboost, training: 0..<6).allSatisfy { $0.encoding == nil })
        let own = [
            ColumnPlan("poids", encoding: .numberAndLevel, monotone: 1), ColumnPlan("prix"),
            ColumnPlan("bureau", encoding: .level),
        ]
        let (encoder, cells) = try { ($0.encoder, $0.cells) }(RowEncoder.learn(own, from: table, training: 0..<4))
        #expect(encoder.cellCount == 4 && encoder.categoryCells == [1, 3] && encoder.monotone == [1, 0, 0, 0])
        #expect(encoder.cellNames == ["poids", "poids=", "prix", "bureau"])
        #expect(try encoder.columns.map { try InputColumn(parsing: $0.jsonBytes()) } == encoder.columns)
        let texts = ["1.5", "", "20", "1.5", "20", "3000000"]
        for row in 0..<6 {
            let values = own.map { value(table, $0.name, row) }
            let alone = [Float](unsafeUninitializedCapacity: 4) { buffer, count in
                encoder.fill(buffer.baseAddress!, from: values)
                count = 4
            }
            #expect(alone.map(\.bitPattern) == cells[row * 4..<row * 4 + 4].map(\.bitPattern))
            #expect(alone[1].bitPattern == Cell.category(texts[row]).bitPattern)
        }
        #expect(throws: LearningError(.badParameter, "prix")) {
            try RowEncoder.learn([ColumnPlan("prix", encoding: .level)], from: table, training: 0..<4)
        }
        #expect(throws: LearningError(.badParameter, "bureau")) {
            try RowEncoder.learn([ColumnPlan("bureau", encoding: .numberAndLevel)], from: table, training: 0..<4)
        }
    }

    private func value(_ table: TrainingTable, _ name: String, _ row: Int) -> RowEncoder.Value {
        switch table.column(name)?.values {
        case .numbers(let numbers)?: .number(Double(numbers[row]))
        case .categories(let codes, let levels)?: .text(levels[Int(codes[row])])
        case nil: .text("")
        }
    }

    @Test func unknownLevelsAreALevel() throws {
        let table = try TrainingTables.table(rows: 100)
        let encoder = try RowEncoder.learn(
            [ColumnPlan("bureau"), ColumnPlan("produit", encoding: .frequency), ColumnPlan("prix")], from: table,
            training: 0..<100
        ).encoder
        var cells = [Float](repeating: 9, count: encoder.cellCount)
        encoder.fill(&cells, from: [.text("inconnu"), .text("inconnu"), .text("pas un nombre")])
        #expect(cells[..<5] == [0, 0, 0, 1, 0] && cells[5].isNaN)
        // A number where a text belongs is what a missing text is.
        encoder.fill(&cells, from: [.number(3), .number(3), .number(3)])
        #expect(cells[..<3] == [1, 0, 0] && cells[5] == 3)
    }

    @Test func aRankKeepsCodesWithOneBeginningTogether() throws {
        let texts = ["3004", "8471", "", "3005", "85", "3004"]
        let table = try TrainingTable(
            columns: [.init("c", texts: texts)], labels: [true, false, true, false, true, false],
            days: texts.indices.map { Int32($0) }, provenances: texts.map { _ in .physique })
        let encoded = try RowEncoder.learn([ColumnPlan("c", encoding: .rank)], from: table, training: 0..<6)
        #expect(encoded.cells.map { $0.isNaN ? -9 : $0 } == [0, 2, -9, 1, 3, 0])
        var cell: Float = 0
        for (text, place) in [("3004", 0), ("30049", 0.5), ("1", -0.5), ("9", 3.5), ("8471", 2)] as [(String, Float)] {
            encoded.encoder.fill(&cell, from: [.text(text)])
            #expect(cell == place, "\(text)")
        }
        let column = encoded.encoder.columns[0]
        #expect(try InputColumn(parsing: column.jsonBytes()) == column)
        // Levels out of order are no ranks.
        let shuffled = #"{"nom":"c","codage":"rang","modalites":["b","a"]}"#
        #expect(throws: JSONError.self) { try InputColumn(parsing: Array(shuffled.utf8)) }
    }

    @Test func eightLevelsAreTooManyForIndicators() throws {
        func kind(_ levels: Int, _ asked: ColumnEncoding.Kind? = nil) throws -> ColumnEncoding.Kind {
            let texts = (0..<200).map { "\($0 % levels)" }
            let table = try TrainingTable(
                columns: [.init("c", texts: texts)], labels: texts.map { $0 == "0" }, days: texts.map { _ in 0 },
                provenances: texts.map { _ in .physique })
            return try RowEncoder.learn([ColumnPlan("c", encoding: asked)], from: table, training: 0..<200)
                .encoder.columns[0].encoding.kind
        }
        #expect(try kind(7) == .oneHot && kind(8) == .rank)
        #expect(try kind(64, .oneHot) == .oneHot)
        #expect(throws: LearningError(.tooLarge, "c")) { try kind(65, .oneHot) }
        #expect(throws: LearningError(.badParameter, "c")) { try kind(3, .number) }
    }

    @Test func columnsThatAreNotThereAreNamed() throws {
        let table = try TrainingTables.table(rows: 10)
        #expect(throws: LearningError(.missingColumn, "absente")) {
            try RowEncoder.learn([ColumnPlan("absente")], from: table, training: 0..<10)
        }
        #expect(throws: LearningError(.badParameter, "prix")) {
            try RowEncoder.learn([ColumnPlan("prix", encoding: .target)], from: table, training: 0..<10)
        }
        #expect(throws: LearningError.self) { try RowEncoder.learn([], from: table, training: 0..<10) }
    }

    @Test func tablesAreSortedAndChecked() throws {
        let table = try TrainingTable(
            columns: [.init("n", numbers: [3, 1, 2]), .init("c", texts: ["z", "x", "y"])],
            labels: [true, false, false],
            days: [30, 10, 20], knownDays: [1, 11, 25], duties: [3, 1, 2],
            provenances: [.physique, .recours, .simulation])
        #expect(table.days == [10, 20, 30] && table.labels == [false, false, true] && table.duties == [1, 2, 3])
        #expect(table.knownDays == [11, 25, 30] && table.provenances == [.recours, .simulation, .physique])
        guard case .numbers(let numbers) = table.columns[0].values else { return }
        #expect(numbers == [1, 2, 3])
        func make(_ columns: [TrainingTable.Column], duty: Double = 1) throws -> TrainingTable {
            try TrainingTable(columns: columns, labels: [true], days: [0], duties: [duty], provenances: [.physique])
        }
        #expect(throws: LearningError(.notANumber, "a, ligne 1")) { try make([.init("a", numbers: [.infinity])]) }
        #expect(throws: LearningError(.mismatchedCounts, "a")) { try make([.init("a", numbers: [1, 2])]) }
        #expect(throws: LearningError.self) { try make([.init("a", numbers: [1]), .init("a", numbers: [1])]) }
        #expect(throws: LearningError(.badWeight, "ligne 1")) { try make([], duty: -1) }
        #expect(throws: LearningError(.emptySample)) {
            try TrainingTable(columns: [], labels: [], days: [], provenances: [])
        }
    }

    @Test(arguments: 0..<10)
    func levelsAreFoundAgain(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var table = LevelTable()
        var numbers: [String: Int] = [:]
        for _ in 0..<500 {
            let text = String(
                String.UnicodeScalarView(
                    (0..<Int.random(in: 0...3, using: &random)).map { _ in
                        ["a", "é", "مصر".unicodeScalars.first!, "b"].randomElement(using: &random)!
                    }))
            #expect(table.number(of: text) == numbers[text])
            let number = table.insert(text)
            #expect(numbers[text] ?? numbers.count == number)
            numbers[text] = number
        }
        #expect(table.count == numbers.count && LevelTable(table.levels) == table)
    }
}

import JSON
import TestKit
import Testing

@testable import Trees

@Suite struct TargetStatisticTests {
    /// What the encoding says of itself, counted anew for every row.
    @Test(arguments: 0..<20)
    func eachRowKnowsOnlyWhatWasKnownBeforeItsDay(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...120, using: &random)
        let texts = (0..<count).map { _ in "é\(Int.random(in: 0...6, using: &random))" }
        let days = (0..<count).map { _ in Int32.random(in: 0...20, using: &random) }
        let table = try TrainingTable(
            columns: [.init("c", texts: texts)], labels: (0..<count).map { _ in Bool.random(using: &random) },
            weights: (0..<count).map { _ in Double(Int.random(in: 0...3, using: &random)) }, days: days,
            knownDays: days.map { $0 + Int32.random(in: -5...9, using: &random) },
            provenances: days.map { _ in .physique })
        guard case .categories(let codes, let levels)? = table.column("c")?.values else { return }
        var statistic = TargetStatistic(smoothing: 4)
        let values = statistic.encode(codes, levels: levels, in: table)
        for row in 0..<count {
            let known = (0..<count).filter { table.knownDays[$0] < table.days[row] }
            #expect(known.allSatisfy { table.days[$0] < table.days[row] })
            let same = known.filter { codes[$0] == codes[row] }
            func weight(_ rows: [Int], frauds: Bool = false) -> Double {
                rows.reduce(0) { $0 + (frauds && !table.labels[$1] ? 0 : table.weights[$1]) }
            }
            let general = (weight(known, frauds: true) + 1) / (weight(known) + 2)
            let expected = (weight(same, frauds: true) + 4 * general) / (weight(same) + 4)
            // A level that came with weight 0 only is the general rate either way.
            #expect(abs(values[row] - Float(expected)) < 1e-6)
        }

        // One by one, in the order in which outcomes became known, gives the same state.
        var online = TargetStatistic(smoothing: 4)
        for row in (0..<count).sorted(by: { (table.knownDays[$0], $0) < (table.knownDays[$1], $1) }) {
            online.learn(levels[Int(codes[row])], isFraud: table.labels[row], weight: table.weights[row])
        }
        #expect(online == statistic)
    }

    @Test func theStateGoesOnAfterItWasStored() throws {
        let table = try TrainingTables.table(rows: 300)
        var plans = TrainingTables.plans
        plans[3].encoding = .target
        let encoder = try RowEncoder.learn(plans, from: table, training: 0..<200).encoder
        for column in encoder.columns {
            #expect(try InputColumn(parsing: column.jsonBytes()) == column)
        }
        guard case .target(var statistic) = encoder.columns[3].encoding else {
            Issue.record("asked for rates")
            return
        }
        let before = statistic.value(of: "produit 3")
        statistic.learn("produit 3", isFraud: true, weight: 5)
        #expect(statistic.value(of: "produit 3") > before)
        let unknown = statistic.value(of: "jamais vu")
        #expect(unknown > 0 && unknown < 1 && unknown == statistic.value(of: "autre inconnu"))
    }

    @Test(arguments: [
        #"{"nom":"a","codage":"x"}"#, #"{"codage":"nombre"}"#, #"{"nom":"a","codage":"indicatrices"}"#,
        #"{"nom":"a","codage":"indicatrices","modalites":["b","b"]}"#,
        #"{"nom":"a","codage":"frequence","modalites":["b"],"effectifs":[-1]}"#,
        #"{"nom":"a","codage":"frequence","modalites":["b"],"effectifs":[1,2]}"#,
        #"{"nom":"a","codage":"frequence","modalites":["b","c"],"effectifs":[9223372036854775807,1]}"#,
        #"{"nom":"a","codage":"nombre","monotone":2}"#,
        #"{"nom":"a","codage":"taux_ordonne","lissage":0,"total_fraudes":0,"total_lignes":0,"modalites":[],"fraudes":[],"lignes":[]}"#,
        #"{"nom":"a","codage":"taux_ordonne","lissage":1,"total_fraudes":2,"total_lignes":1,"modalites":[],"fraudes":[],"lignes":[]}"#,
        #"{"nom":"a","codage":"taux_ordonne","lissage":1,"total_fraudes":1,"total_lignes":1,"modalites":["b"],"fraudes":[2],"lignes":[1]}"#,
    ])
    func malformedOnesAreRefused(_ text: String) {
        #expect(throws: JSONError.self) { try InputColumn(parsing: Array(text.utf8)) }
    }
}

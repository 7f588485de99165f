import TestKit

@testable import Trees

/// Made-up declarations, two a day: `prix` decides much, `bureau` something, `bruit` nothing.
enum TrainingTables {
    static func table(rows: Int, seed: UInt64 = 1, provenance: LabelProvenance = .physique) throws -> TrainingTable {
        var random = SeededGenerator(seed: seed)
        var (price, noise, labels, duties) = ([Float](), [Float](), [Bool](), [Double]())
        var (offices, goods) = ([String](), [String]())
        for _ in 0..<rows {
            let value = Double.random(in: -2...2, using: &random)
            let office = Int.random(in: 0..<3, using: &random)
            let good = Int.random(in: 0..<40, using: &random)
            let risk = -value + (office == 1 ? 1 : 0) + (good % 5 == 0 ? 1.5 : 0) - 1.2
            labels.append(Double.random(in: 0...1, using: &random) < PlattCalibration.logistic(1.8 * risk))
            price.append(Int.random(in: 0..<25, using: &random) == 0 ? .nan : Float(value))
            noise.append(Float.random(in: 0...1, using: &random))
            duties.append(Double.random(in: 1e4...1e6, using: &random))
            offices.append(["18N", "10S", ""][office])
            goods.append("produit \(good)")
        }
        return try TrainingTable(
            columns: [
                .init("prix", numbers: price), .init("bruit", numbers: noise), .init("bureau", texts: offices),
                .init("produit", texts: goods),
            ],
            labels: labels, days: (0..<Int32(rows)).map { 18_000 + $0 / 2 }, duties: duties,
            provenances: [LabelProvenance](repeating: provenance, count: rows))
    }

    static let plans = ["prix", "bruit", "bureau", "produit"].map { ColumnPlan($0, monotone: $0 == "prix" ? -1 : 0) }
}

import TestKit

@testable import Trees

/// Rows to isolate: two crowds, and whatever a test puts beside them.
enum IsolationSamples {
    /// `a` and `b` belong together, `c` is an amount with a heavy tail that is sometimes missing, `d` is always 7.
    static func table(
        rows: Int, seed: UInt64 = 3, change: (inout [[Float]]) -> Void = { _ in }
    ) throws -> TrainingTable {
        var random = SeededGenerator(seed: seed)
        var columns = [[Float]](repeating: [], count: 4)
        for _ in 0..<rows {
            let isFirst = Bool.random(using: &random)
            columns[0].append(Float.random(in: 0...1, using: &random) + (isFirst ? 0 : 5))
            columns[1].append(Float.random(in: 0...1, using: &random) + (isFirst ? 5 : 0))
            let tail = 1 / Float.random(in: 0.001...1, using: &random)
            columns[2].append(Int.random(in: 0..<10, using: &random) == 0 ? .nan : 1000 * tail)
            columns[3].append(7)
        }
        change(&columns)
        var labels = (0..<rows).map { $0 % 9 == 0 }
        labels[0] = true
        return try TrainingTable(
            columns: zip(["a", "b", "c", "d"], columns).map { .init($0, numbers: $1) } + [
                .init("mot", texts: (0..<rows).map { "m\($0 % 5)" })
            ], labels: labels, days: (0..<Int32(rows)).map { 18_000 + $0 },
            provenances: [LabelProvenance](repeating: .physique, count: rows))
    }

    static func grown(
        _ table: TrainingTable, rows: Range<Int>? = nil, seed: UInt64 = 42
    ) throws -> Isolation? {
        try Isolation.grow(
            on: table, rows: rows ?? 0..<table.count, columns: table.columns.map(\.name), seed: seed)
    }

    static func numbers(_ table: TrainingTable, _ name: String) -> [Float] {
        if case .numbers(let numbers)? = table.column(name)?.values { numbers } else { [] }
    }
}

extension IsolationScorer {
    func judge(_ row: [Double]) -> Judgement { judge(explainingFrom: -1) { row[$0] } }
}

/// A tree walked as it is written, without any layout.
struct PlainIsolation {
    let isolation: Isolation

    func length(_ row: [Double]) -> Double {
        var sum = 0.0
        for tree in isolation.trees {
            var (place, question) = (0, 0)
            sum += walk(tree, &place, &question, row, depth: 0, isAsked: true) ?? .nan
        }
        return sum / Double(isolation.trees.count)
    }

    private func walk(
        _ tree: IsolationTree, _ place: inout Int, _ question: inout Int, _ row: [Double], depth: Int, isAsked: Bool
    ) -> Double? {
        let node = tree.nodes[place]
        place += 1
        if node < 0 { return isAsked ? Double(depth) + Self.mean(-Int(node)) : nil }
        let (threshold, missingLeft) = (tree.thresholds[question], tree.missingGoesLeft[question])
        question += 1
        let value = Float(row[Int(node)])
        let goesLeft = value.isFinite ? value <= threshold : missingLeft
        let left = walk(tree, &place, &question, row, depth: depth + 1, isAsked: isAsked && goesLeft)
        let right = walk(tree, &place, &question, row, depth: depth + 1, isAsked: isAsked && !goesLeft)
        return left ?? right
    }

    /// From what it means: a question falls at each place between the rows with the same chance.
    static func mean(_ count: Int) -> Double {
        if count < 2 { return 0 }
        return means[count]
    }

    private static let means: [Double] = {
        var means = [0.0, 0.0]
        for n in 2...300 {
            var sum = 0.0
            for k in 1..<n { sum += (Double(k) * means[k] + Double(n - k) * means[n - k]) / Double(n) }
            means.append(1 + sum / Double(n - 1))
        }
        return means
    }()
}

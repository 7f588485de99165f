import Trees

/// What answers rows: a forest with their margins, or what explains it with their contributions.
protocol Candidate {
    /// Numbers a row.
    var answerCount: Int { get }
    func answer(_ cells: UnsafePointer<Float>, into answers: UnsafeMutablePointer<Double>)
    func answer(rows cells: UnsafePointer<Float>, count: Int, into answers: UnsafeMutablePointer<Double>)
}

enum Candidates {
    /// Of whichever library the file is.
    static func forest(_ path: String) throws -> any Candidate {
        guard path.hasSuffix(".cbm") else { return try OrdinaryForest(ModelFile.read(path: path).ensemble) }
        return try oblivious(path)
    }

    static func explainer(_ path: String) throws -> any Candidate {
        guard path.hasSuffix(".cbm") else {
            return OrdinaryExplanations(OrdinaryExplainer(try ModelFile.read(path: path).ensemble))
        }
        let forest = try oblivious(path)
        return ObliviousExplanations(try forest.explainer(), columns: forest.cellCount, outputs: forest.outputCount)
    }

    private static func oblivious(_ path: String) throws -> ObliviousForest {
        guard case .oblivious(let forest) = try CatBoostModel(file: path).trees else {
            fatalError("\(path) has no oblivious trees")
        }
        return forest
    }
}

extension OrdinaryForest: Candidate {
    var answerCount: Int { outputCount }
    func answer(_ cells: UnsafePointer<Float>, into answers: UnsafeMutablePointer<Double>) {
        margins(of: cells, into: answers)
    }
    func answer(rows cells: UnsafePointer<Float>, count: Int, into answers: UnsafeMutablePointer<Double>) {
        margins(rows: cells, count: count, into: answers)
    }
}

extension ObliviousForest: Candidate {
    var answerCount: Int { outputCount }
    func answer(_ cells: UnsafePointer<Float>, into answers: UnsafeMutablePointer<Double>) {
        margins(of: cells, into: answers)
    }
    func answer(rows cells: UnsafePointer<Float>, count: Int, into answers: UnsafeMutablePointer<Double>) {
        margins(rows: cells, count: count, into: answers)
    }
}

private struct OrdinaryExplanations: Candidate {
    private let explainer: OrdinaryExplainer
    private let room: OrdinaryExplainer.Room

    init(_ explainer: OrdinaryExplainer) { (self.explainer, room) = (explainer, explainer.makeRoom()) }

    var answerCount: Int { explainer.outputCount * explainer.cellCount }
    func answer(_ cells: UnsafePointer<Float>, into answers: UnsafeMutablePointer<Double>) {
        explainer.explain(cells, in: room, into: answers)
    }
    func answer(rows cells: UnsafePointer<Float>, count: Int, into answers: UnsafeMutablePointer<Double>) {
        explainer.explain(rows: cells, count: count, into: answers)
    }
}

/// The margins come with it.
private final class ObliviousExplanations: Candidate {
    private let explainer: ObliviousExplainer
    private let outputs: Int
    let answerCount: Int
    private var margins: UnsafeMutablePointer<Double>
    private var room: Int

    init(_ explainer: ObliviousExplainer, columns: Int, outputs: Int) {
        (self.explainer, self.outputs, answerCount, room) = (explainer, outputs, columns * outputs, 1)
        margins = .allocate(capacity: outputs)
    }

    deinit { margins.deallocate() }

    func answer(_ cells: UnsafePointer<Float>, into answers: UnsafeMutablePointer<Double>) {
        explainer.explain(cells, margins: margins, contributions: answers)
    }
    func answer(rows cells: UnsafePointer<Float>, count: Int, into answers: UnsafeMutablePointer<Double>) {
        if count > room {
            margins.deallocate()
            margins = .allocate(capacity: count * outputs)
            room = count
        }
        explainer.explain(rows: cells, count: count, margins: margins, contributions: answers)
    }
}

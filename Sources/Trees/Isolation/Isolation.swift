/// How unlike the rows that a model was trained on another row is, whatever an inspector would find in it: an isolation
/// forest (Liu, Ting and Zhou, 2008), and where its scores lay for those rows.
///
/// A row that few random questions part from the others is unusual. No outcome is looked at.
public struct Isolation: Equatable, Sendable {
    /// The columns whose numbers it looks at.
    public let columns: [String]
    /// Rows that each tree was grown on.
    public let sample: Int
    let trees: [IsolationTree]
    /// Scores of the training rows at equal distances in their order, from the least unusual to the most.
    public let ranks: [Double]

    public static let fileName = "isolement.json"

    public var treeCount: Int { trees.count }

    init(
        columns: [String], sample: Int, trees: [IsolationTree], ranks: [Double]
    ) throws(LearningError) {
        let limits = IsolationLimits.standard
        guard limits.columns.contains(columns.count), limits.trees.contains(trees.count),
            limits.sample.contains(sample), limits.ranks.contains(ranks.count)
        else {
            throw LearningError(.tooLarge, Self.fileName)
        }
        guard Set(columns).count == columns.count, ranks.allSatisfy({ $0 > 0 && $0 < 1 }),
            zip(ranks, ranks.dropFirst()).allSatisfy(<=),
            trees.allSatisfy({ $0.walk(sample: sample, columns: columns.count) })
        else {
            throw LearningError(.badPackage, Self.fileName)
        }
        (self.columns, self.sample, self.trees, self.ranks) = (columns, sample, trees, ranks)
    }
}

/// A label of a metric and all the values it can take, known beforehand. No identifiers: each value costs a series.
public struct MetricLabel: Sendable {
    public let name: String
    public let values: [String]

    public init(_ name: String, _ values: [String]) { (self.name, self.values) = (name, values) }
}

/// The combinations of up to three labels, numbered without gaps.
struct LabelSpace: Sendable {
    let labels: [MetricLabel]
    let count: Int
    private let strides: (Int, Int)

    init(_ labels: [MetricLabel]) {
        precondition(labels.count <= 3, "a metric has at most three labels")
        self.labels = labels
        count = labels.reduce(1) { $0 * $1.values.count }
        strides = (
            labels.dropFirst().reduce(1) { $0 * $1.values.count },
            labels.dropFirst(2).reduce(1) { $0 * $1.values.count }
        )
    }

    @inline(__always)
    func index(_ a: Int, _ b: Int, _ c: Int) -> Int { a * strides.0 + b * strides.1 + c }

    /// Name and value of each label of a combination.
    func pairs(at index: Int) -> [(String, String)] {
        var rest = index
        return labels.reversed().map { label in
            defer { rest /= label.values.count }
            return (label.name, label.values[rest % label.values.count])
        }.reversed()
    }
}

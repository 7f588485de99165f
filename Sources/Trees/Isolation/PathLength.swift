/// How many questions part one of several rows from all others, when every question falls between them at random: the
/// mean depth of a leaf in a tree that parts them all.
struct PathLengths {
    /// By the number of rows; 0 for none and for one.
    private let means: [Double]

    /// 2 H(n - 1) - 2 (n - 1) / n, with the harmonic numbers themselves: their usual approximation is far off for the
    /// few rows that most leaves hold.
    init(upTo count: Int) {
        var means = [Double](repeating: 0, count: max(count, 1) + 1)
        var harmonic = 0.0
        for n in stride(from: 2, through: count, by: 1) {
            harmonic += 1 / Double(n - 1)
            means[n] = 2 * harmonic - 2 * Double(n - 1) / Double(n)
        }
        self.means = means
    }

    subscript(_ count: Int) -> Double { means[count] }
}

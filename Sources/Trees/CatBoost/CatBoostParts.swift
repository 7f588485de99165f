/// What a CatBoost file says, in either format, before anything refers to anything.
struct CatBoostParts {
    /// What a comparison with NaN gives.
    enum Missing: Int8 { case asIs, asFalse, asTrue }

    struct Number {
        var name = ""
        var index = -1, cell = -1
        var missing = Missing.asIs
        var borders: [Float] = []
    }
    struct Category {
        var name = ""
        var index = -1, cell = -1
        /// The hashes that splits compare with.
        var values: [Int32] = []
    }

    /// What categories of a row are joined into one key. Features are named by their `index`.
    struct Projection: Hashable {
        struct Border: Hashable { var number: Int, border: Float }
        struct Exact: Hashable { var category: Int, value: Int32 }
        var categories: [Int] = []
        var borders: [Border] = []
        var exacts: [Exact] = []
    }

    /// How a statistic of the target is made of what was counted, in the order of the file's numbers.
    enum Statistic: Int8 {
        case borders, buckets, binarizedMean, floatMean, counter, frequency
    }
    struct Ctr {
        var table = -1
        var projection = Projection()
        var statistic = Statistic.borders
        var targetBorder = 0
        var prior: (numerator: Float, denominator: Float) = (0, 1)
        var shift: Float = 0, scale: Float = 1
        var borders: [Float] = []
    }
    /// What was counted for each key: some integers, or a sum and how many were added.
    struct Table {
        var keys: [UInt64] = []
        var classes = 0
        var counts: [Int32] = []
        var sums: [Float] = []
        var denominator = 0
    }

    /// Its splits are numbers of bins.
    struct ObliviousTree {
        var splits: [Int] = []
        var values: [Double] = []
        var weights: [Double] = []
    }
    /// Nodes in any order that puts parents before their children; `bin` is -1 in a leaf.
    struct GrownTree {
        struct Node {
            var bin = -1
            var left = -1, right = -1
            var weight = 0.0
            var values: ArraySlice<Double> = []
        }
        var nodes: [Node] = []
    }

    var version = ""
    var objective = ""
    var classes: [String] = []
    var numbers: [Number] = []
    var categories: [Category] = []
    var ctrs: [Ctr] = []
    var tables: [Table] = []
    var oblivious: [ObliviousTree] = []
    var grown: [GrownTree] = []
    var scale = 1.0
    var bias: [Double] = []
}

/// A forest as its file tells it: trees over slots, every link checked, not yet laid out for speed.
///
/// The libraries' trees differ in how they compare, round and treat what is missing. Here they become one thing: a row
/// of cells is first turned into slots (`SlotSource`), and then every node asks the same question: is this slot below
/// this threshold? Missing values are slots at -∞ or +∞, categories are slots that are 0 or 1.
public struct Ensemble: Sendable {
    public struct Node: Sendable, Equatable {
        /// Which slot is asked; 0 in a leaf.
        public var slot: Int32
        /// A row whose slot is below it goes left, any other right. Never NaN.
        public var threshold: Float
        /// Positions in the tree, -1 in a leaf. A child comes after its parent and has only that one.
        public var left: Int32
        public var right: Int32
        /// The weight of the training rows that came through here: what path-dependent explanations weigh by.
        public var cover: Double
        /// What a leaf adds to its output; 0 elsewhere.
        public var value: Double

        public init(slot: Int32, threshold: Float, left: Int32, right: Int32, cover: Double) {
            (self.slot, self.threshold, self.left, self.right) = (slot, threshold, left, right)
            (self.cover, value) = (cover, 0)
        }
        public init(leaf value: Double, cover: Double) {
            (slot, threshold, left, right) = (0, .infinity, -1, -1)
            (self.cover, self.value) = (cover, value)
        }

        public var isLeaf: Bool { left < 0 }
    }

    /// The root is the first node.
    public struct Tree: Sendable, Equatable {
        public var output: Int
        public var nodes: [Node]

        public init(output: Int, nodes: [Node]) { (self.output, self.nodes) = (output, nodes) }
    }

    /// In which numbers the library adds up leaves, tree after tree, from the base on.
    public enum Precision: Sendable { case single, double }

    /// Turns a row's cells into what the nodes ask for.
    public var slots: any SlotSource
    public var trees: [Tree]
    /// Every output's margin before the first tree; there are as many outputs as entries.
    public var base: [Double]
    public var precision: Precision

    public init(slots: any SlotSource, trees: [Tree], base: [Double], precision: Precision) {
        (self.slots, self.trees, self.base, self.precision) = (slots, trees, base, precision)
    }
}

/// How a model sees a row: cells in, slots out.
///
/// A row has one cell a feature. A number's cell holds it, NaN when it is missing; a category's holds what the model's
/// library knows it by: its code as a number or, for CatBoost, the bits of its hash.
public protocol SlotSource: Sendable {
    var cellCount: Int { get }
    var slotCount: Int { get }
    /// Whose doing a slot is: an index into `players`, by slot.
    var playerOfSlot: [Int32] { get }
    /// The features that share a player's contribution equally: one, but for combinations of categories.
    var players: [[Int32]] { get }
    /// Fills all slots. `cells` has `cellCount` of them and `slots` room for `slotCount`; no slot is ever NaN.
    func fill(_ slots: UnsafeMutablePointer<Float>, from cells: UnsafePointer<Float>)
}

/// The slots of XGBoost's and LightGBM's models: a feature's cell, with what is missing put on one side or the other,
/// or whether it is one of some categories.
///
/// Slots of one treatment lie together, so that filling them is a few plain loops.
struct CellSlots: SlotSource {
    /// What a node makes of the cell that it asks for.
    enum Treatment: Hashable {
        /// NaN becomes -∞: what is missing goes left.
        case missingLow
        /// NaN becomes +∞: what is missing goes right.
        case missingHigh
        /// NaN becomes the cell that zero has.
        case missingIsZero
        /// So do NaN and what counts as zero become -∞, or +∞.
        case zeroLow, zeroHigh
        /// 0 for NaN, 1 for anything else.
        case presence
        /// 0 for NaN and for what counts as zero, 1 for anything else.
        case nonZero
        /// 1 for these codes, in ascending order, else 0; NaN as told.
        case membership(codes: [UInt32], whenMissing: Bool)
    }

    /// Which cells count as zero, and which cell zero itself has: LightGBM's rule, in the cells of the feature.
    struct Zero: Hashable {
        var least: Float, greatest: Float
        var cell: Float

        static let plain = Zero(least: -1e-35, greatest: 1e-35, cell: 0)
    }

    private struct Member {
        var cell: Int
        var set: Int
        var whenMissing: Float
    }

    let cellCount: Int
    let playerOfSlot: [Int32]
    private var low: [Int32] = [], high: [Int32] = [], zeroed: [Int32] = []
    private var zeroLow: [Int32] = [], zeroHigh: [Int32] = []
    private var present: [Int32] = [], nonZero: [Int32] = []
    private var members: [Member] = []
    private var sets = CategorySets()
    /// By feature; empty when all have the plain one.
    private let zeros: [Zero]

    var slotCount: Int { playerOfSlot.count }
    var players: [[Int32]] { (0..<Int32(cellCount)).map { [$0] } }

    /// `asked` in any order; `positions` tells where each has come to lie.
    init(cellCount: Int, asked: [(feature: Int32, treatment: Treatment)], zeros: [Zero], positions: inout [Int32]) {
        (self.cellCount, self.zeros) = (cellCount, zeros)
        let order = asked.indices.sorted {
            (asked[$0].treatment.rank, asked[$0].feature, $0) < (asked[$1].treatment.rank, asked[$1].feature, $1)
        }
        positions = [Int32](repeating: 0, count: asked.count)
        for (position, index) in order.enumerated() { positions[index] = Int32(position) }
        playerOfSlot = order.map { asked[$0].feature }
        for index in order {
            let feature = asked[index].feature
            switch asked[index].treatment {
            case .missingLow: low.append(feature)
            case .missingHigh: high.append(feature)
            case .missingIsZero: zeroed.append(feature)
            case .zeroLow: zeroLow.append(feature)
            case .zeroHigh: zeroHigh.append(feature)
            case .presence: present.append(feature)
            case .nonZero: nonZero.append(feature)
            case .membership(let codes, let whenMissing):
                let set = sets.append(codes)
                members.append(Member(cell: Int(feature), set: set, whenMissing: whenMissing ? 1 : 0))
            }
        }
    }

    func fill(_ slots: UnsafeMutablePointer<Float>, from cells: UnsafePointer<Float>) {
        var next = slots
        replace(low, with: -.infinity, &next, cells)
        replace(high, with: .infinity, &next, cells)
        if low.count + high.count == slotCount { return }
        for feature in zeroed {
            let cell = cells[Int(feature)]
            next.pointee = cell.isNaN ? zero(of: feature).cell : cell
            next += 1
        }
        replaceZeros(zeroLow, with: -.infinity, &next, cells)
        replaceZeros(zeroHigh, with: .infinity, &next, cells)
        for feature in present {
            next.pointee = cells[Int(feature)].isNaN ? 0 : 1
            next += 1
        }
        for feature in nonZero {
            next.pointee = isZeroOrMissing(cells[Int(feature)], feature) ? 0 : 1
            next += 1
        }
        for member in members {
            next.pointee = value(of: member, cells[member.cell])
            next += 1
        }
    }

    @inline(__always)
    private func replace(
        _ features: [Int32], with missing: Float, _ next: inout UnsafeMutablePointer<Float>,
        _ cells: UnsafePointer<Float>
    ) {
        // Features were checked against the cells' number when the model was read.
        features.withUnsafeBufferPointer { features in
            for k in 0..<features.count {
                let cell = cells[Int(features[k])]
                next[k] = cell.isNaN ? missing : cell
            }
        }
        next += features.count
    }

    @inline(__always)
    private func replaceZeros(
        _ features: [Int32], with missing: Float, _ next: inout UnsafeMutablePointer<Float>,
        _ cells: UnsafePointer<Float>
    ) {
        for feature in features {
            let cell = cells[Int(feature)]
            next.pointee = isZeroOrMissing(cell, feature) ? missing : cell
            next += 1
        }
    }

    @inline(__always)
    private func isZeroOrMissing(_ cell: Float, _ feature: Int32) -> Bool {
        let zero = zero(of: feature)
        return cell.isNaN || cell >= zero.least && cell <= zero.greatest
    }

    @inline(__always)
    private func zero(of feature: Int32) -> Zero { zeros.isEmpty ? .plain : zeros[Int(feature)] }

    /// A code is the cell's number without its fraction. Below zero, or too great for a code, it is no category.
    private func value(of member: Member, _ cell: Float) -> Float {
        if cell.isNaN { return member.whenMissing }
        guard cell >= 0, cell < Float(ModelLimits.categories) else { return 0 }
        return sets.contains(UInt32(cell), in: member.set) ? 1 : 0
    }
}

extension CellSlots.Treatment {
    /// The order in which treatments lie in a row of slots.
    fileprivate var rank: Int {
        switch self {
        case .missingLow: 0
        case .missingHigh: 1
        case .missingIsZero: 2
        case .zeroLow: 3
        case .zeroHigh: 4
        case .presence: 5
        case .nonZero: 6
        case .membership: 7
        }
    }
}

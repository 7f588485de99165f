/// The smallest change of one quantity, by a factor, that would put a declaration in another lane.
public struct LaneChange: Sendable, Equatable {
    public let factor: Double
    public let lane: Lane
    /// Whether every larger change that was tried gives the same lane.
    public let holdsBeyond: Bool

    /// How large the change is, whichever way it goes.
    public var size: Double { max(factor, 1 / factor) }

    /// Looks for it among factors from 1 to `most` and to 1/`most`: in eight steps each way, then by halving the step in
    /// which the lane changed. A change that is undone within one step is not seen.
    ///
    /// `laneAt` says where the declaration would go; nil where nothing can be said, which ends the search on that side.
    public static func search<Failure: Error>(
        from start: Lane, upTo most: Double, _ laneAt: (Double) throws(Failure) -> Lane?
    ) throws(Failure) -> (more: LaneChange?, less: LaneChange?) {
        guard most > 1, most.isFinite else { return (nil, nil) }
        let step = most.squareRoot().squareRoot().squareRoot()
        return (try search(from: start, step: step, laneAt), try search(from: start, step: 1 / step, laneAt))
    }

    private static let steps = 8
    private static let halvings = 10

    private static func search<Failure: Error>(
        from start: Lane, step: Double, _ laneAt: (Double) throws(Failure) -> Lane?
    ) throws(Failure) -> LaneChange? {
        var (before, factor) = (1.0, step)
        for place in 1...steps {
            guard let found = try laneAt(factor) else { return nil }
            if found != start {
                let (nearest, there) = try halved(between: before, factor, found, start, laneAt)
                var (beyond, holds) = (factor, true)
                for _ in place..<steps where holds {
                    beyond *= step
                    holds = try laneAt(beyond) == there
                }
                return LaneChange(factor: nearest, lane: there, holdsBeyond: holds && found == there)
            }
            (before, factor) = (factor, factor * step)
        }
        return nil
    }

    /// The nearest factor found at which the lane is another, and that lane.
    private static func halved<Failure: Error>(
        between near: Double, _ far: Double, _ found: Lane, _ start: Lane, _ laneAt: (Double) throws(Failure) -> Lane?
    ) throws(Failure) -> (Double, Lane) {
        var (near, far, there) = (near, far, found)
        for _ in 0..<halvings {
            let middle = (near * far).squareRoot()
            if let found = try laneAt(middle), found != start { (far, there) = (middle, found) } else { near = middle }
        }
        return (far, there)
    }
}

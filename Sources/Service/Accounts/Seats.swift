import Synchronization

/// So many at once, and not one more: whoever finds no seat is told at once, before anything was done for them.
final class Seats: Sendable {
    private let count: Int
    private let taken = Atomic<Int>(0)

    init(_ count: Int) { self.count = count }

    /// To be given back with `leave` when true.
    func take() -> Bool {
        guard taken.wrappingAdd(1, ordering: .relaxed).newValue > count else { return true }
        leave()
        return false
    }

    func leave() { taken.wrappingSubtract(1, ordering: .relaxed) }
}

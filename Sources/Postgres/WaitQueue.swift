import Platform

/// Requests that wait, each until its deadline. All wait equally long, so the first in line also expires first.
struct WaitQueue<Element> {
    let limit: Int
    private var ring = Ring<(element: Element, deadline: Instant)>()

    init(limit: Int) { self.limit = limit }

    var count: Int { ring.count }
    var isEmpty: Bool { ring.isEmpty }
    var isFull: Bool { ring.count >= limit }
    var nextDeadline: Instant? { ring.first?.deadline }

    mutating func append(_ element: Element, until deadline: Instant) { ring.append((element, deadline)) }
    mutating func popFirst() -> Element? { ring.popFirst()?.element }
    mutating func popExpired(at now: Instant) -> Element? {
        guard let first = ring.first, first.deadline <= now else { return nil }
        return ring.popFirst()?.element
    }
    mutating func remove(where matches: (Element) -> Bool) -> Element? {
        ring.remove { matches($0.element) }?.element
    }
}

/// First in, first out, in a ring that grows by doubling.
struct Ring<Element> {
    private var slots: [Element?] = []
    private var head = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }
    var first: Element? { count == 0 ? nil : slots[head] }

    mutating func append(_ element: Element) {
        if count == slots.count { grow() }
        slots[(head + count) & (slots.count - 1)] = element
        count += 1
    }

    mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = slots[head].take()
        head = (head + 1) & (slots.count - 1)
        count -= 1
        return element
    }

    func contains(where matches: (Element) -> Bool) -> Bool {
        (0..<count).contains { slots[(head + $0) & (slots.count - 1)].map(matches) ?? false }
    }

    /// Removes the first element, from the head, that `matches`; the others keep their order.
    mutating func remove(where matches: (Element) -> Bool) -> Element? {
        var found: Element?
        for _ in 0..<count {
            guard let element = popFirst() else { break }
            if found == nil, matches(element) { found = element } else { append(element) }
        }
        return found
    }

    private mutating func grow() {
        var larger = [Element?](repeating: nil, count: max(8, slots.count * 2))
        for k in 0..<count { larger[k] = slots[(head + k) & (slots.count - 1)] }
        (slots, head) = (larger, 0)
    }
}

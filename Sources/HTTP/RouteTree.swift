import Glibc

/// The paths of all routes as one tree over their parts. Flat arrays of plain numbers: a walk touches no reference
/// count and allocates nothing but captures.
struct RouteTree: Sendable {
    private struct Node: Sendable {
        /// Of a literal: its place in `letters`.
        var text = 0..<0
        /// The next literal below the same parent, and the first below this node; −1 without one.
        var sibling = -1
        var literal = -1
        var capture = -1
        var rest = -1
        /// Whether a route's path ends here.
        var isEnd = false
    }
    private var nodes = [Node()]
    /// The texts of all literals.
    private var letters: [UInt8] = []

    var count: Int { nodes.count }

    // MARK: Growing

    /// The node at the end of a route's path.
    mutating func insert(_ path: PathTemplate) -> Int {
        var node = 0
        for part in path.parts {
            switch part {
            case .literal(let text): node = literal(text, below: node)
            case .capture:
                if nodes[node].capture < 0 { nodes[node].capture = add(Node()) }
                node = nodes[node].capture
            case .rest:
                if nodes[node].rest < 0 { nodes[node].rest = add(Node()) }
                node = nodes[node].rest
            }
        }
        nodes[node].isEnd = true
        return node
    }

    private mutating func literal(_ text: [UInt8], below parent: Int) -> Int {
        var (last, next) = (-1, nodes[parent].literal)
        while next >= 0 {
            if letters[nodes[next].text] == text[...] { return next }
            (last, next) = (next, nodes[next].sibling)
        }
        let child = add(Node(text: letters.count..<letters.count + text.count))
        letters += text
        if last < 0 { nodes[parent].literal = child } else { nodes[last].sibling = child }
        return child
    }

    private mutating func add(_ node: Node) -> Int {
        nodes.append(node)
        return nodes.count - 1
    }

    // MARK: Walking

    /// The node that the path in `place` of `bytes` leads to, its first "/" left out, and what its captures stand for.
    func find(_ place: Range<Int>, in bytes: UnsafeRawBufferPointer, _ captures: inout [Slice]) -> Int? {
        walk(0, at: place.lowerBound, to: place.upperBound, bytes, &captures)
    }

    /// Tries the most particular part first and comes back when it leads nowhere; a path has few parts, so this is
    /// short.
    private func walk(
        _ node: Int, at start: Int, to end: Int, _ bytes: UnsafeRawBufferPointer, _ captures: inout [Slice]
    ) -> Int? {
        var stop = start
        while stop < end, bytes[stop] != UInt8(ascii: "/") { stop += 1 }
        let segment = UnsafeRawBufferPointer(rebasing: bytes[start..<stop])
        var child = nodes[node].literal
        while child >= 0 {
            if isLiteral(child, segment), let found = follow(child, from: stop, to: end, bytes, &captures) {
                return found
            }
            child = nodes[child].sibling
        }
        child = nodes[node].capture
        if child >= 0, !segment.isEmpty {
            captures.append(Slice(start: start, count: stop - start))
            if let found = follow(child, from: stop, to: end, bytes, &captures) { return found }
            captures.removeLast()
        }
        if nodes[node].rest >= 0, start < end {
            captures.append(Slice(start: start, count: end - start))
            return nodes[node].rest
        }
        return nil
    }

    private func isLiteral(_ node: Int, _ segment: UnsafeRawBufferPointer) -> Bool {
        let text = nodes[node].text
        guard text.count == segment.count, let start = segment.baseAddress else { return false }
        return letters.withUnsafeBytes {
            text.isEmpty || memcmp($0.baseAddress! + text.lowerBound, start, text.count) == 0
        }
    }

    /// Goes on below `child`, whose part of the path ends at `stop`.
    private func follow(
        _ child: Int, from stop: Int, to end: Int, _ bytes: UnsafeRawBufferPointer, _ captures: inout [Slice]
    ) -> Int? {
        if stop < end { return walk(child, at: stop + 1, to: end, bytes, &captures) }
        return nodes[child].isEnd ? child : nil
    }
}

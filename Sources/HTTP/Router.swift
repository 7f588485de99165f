/// The route table compiled to a trie over the path's bytes. A literal part wins over a capture, a capture over a rest.
public struct Router: Sendable {
    private struct Node: Sendable {
        var literals: [(text: [UInt8], child: Int)] = []
        var capture = -1
        var rest = -1
        /// The route for each method; −1 without one.
        var routes = [Int](repeating: -1, count: Method.allCases.count)

        var isEnd: Bool { routes.contains { $0 >= 0 } }
    }

    public enum Resolution: Sendable {
        case found(Int, captures: [Slice])
        /// The path exists, the method does not; `OPTIONS` comes here too when no route has it.
        case otherMethods([Method])
        case notFound
    }

    public let routes: [Route]
    private var nodes = [Node()]

    /// Two routes with the same method and shape are a mistake of the table: the later one is refused.
    public init(_ routes: [Route]) throws(RouteConflict) {
        self.routes = routes
        for (index, route) in routes.enumerated() {
            var node = 0
            for part in route.path.parts { node = descend(from: node, part) }
            let place = Int(route.method.rawValue)
            let taken = nodes[node].routes[place]
            guard taken < 0 else { throw RouteConflict(routes[taken].path.description, route.path.description) }
            nodes[node].routes[place] = index
        }
    }

    private mutating func descend(from node: Int, _ part: PathTemplate.Part) -> Int {
        switch part {
        case .literal(let text):
            if let known = nodes[node].literals.first(where: { $0.text == text }) { return known.child }
            nodes[node].literals.append((text, nodes.count))
        case .capture:
            if nodes[node].capture >= 0 { return nodes[node].capture }
            nodes[node].capture = nodes.count
        case .rest:
            if nodes[node].rest >= 0 { return nodes[node].rest }
            nodes[node].rest = nodes.count
        }
        nodes.append(Node())
        return nodes.count - 1
    }

    /// `path` lies in `bytes`, from its first "/".
    public func resolve(_ method: Method, path: Slice, in bytes: UnsafeRawBufferPointer) -> Resolution {
        var captures: [Slice] = []
        // `OPTIONS *` asks about the server as a whole.
        if path.count == 1, bytes[Int(path.start)] == UInt8(ascii: "*") {
            return .otherMethods(Method.allCases.filter { $0 != .other })
        }
        guard path.count > 0, bytes[Int(path.start)] == UInt8(ascii: "/"),
            let end = walk(0, at: path.range.lowerBound + 1, to: path.range.upperBound, bytes, &captures)
        else { return .notFound }
        var route = nodes[end].routes[Int(method.rawValue)]
        if route < 0, method == .head { route = nodes[end].routes[Int(Method.get.rawValue)] }
        return route >= 0 ? .found(route, captures: captures) : .otherMethods(methods(of: nodes[end]))
    }

    private func methods(of node: Node) -> [Method] {
        var found = Method.allCases.filter { node.routes[Int($0.rawValue)] >= 0 }
        if found.contains(.get), !found.contains(.head) { found.insert(.head, at: 1) }
        if !found.contains(.options) { found.append(.options) }
        return found
    }

    /// The node that the path from `start` leads to. Tries the most particular part first and comes back when it
    /// leads nowhere; a path has few parts, so this is short.
    private func walk(
        _ node: Int, at start: Int, to end: Int, _ bytes: UnsafeRawBufferPointer, _ captures: inout [Slice]
    ) -> Int? {
        var stop = start
        while stop < end, bytes[stop] != UInt8(ascii: "/") { stop += 1 }
        let segment = UnsafeRawBufferPointer(rebasing: bytes[start..<stop])
        let next = { (child: Int, captures: inout [Slice]) -> Int? in
            if stop < end { return walk(child, at: stop + 1, to: end, bytes, &captures) }
            return nodes[child].isEnd ? child : nil
        }
        for literal in nodes[node].literals where literal.text.elementsEqual(segment) {
            if let found = next(literal.child, &captures) { return found }
        }
        if nodes[node].capture >= 0, !segment.isEmpty {
            captures.append(Slice(start: start, count: stop - start))
            if let found = next(nodes[node].capture, &captures) { return found }
            captures.removeLast()
        }
        if nodes[node].rest >= 0, start < end {
            captures.append(Slice(start: start, count: end - start))
            return nodes[node].rest
        }
        return nil
    }
}

/// Two rows of the route table claim the same requests.
public struct RouteConflict: Error, CustomStringConvertible, Sendable {
    public let description: String
    init(_ first: String, _ second: String) { description = "\(first) and \(second) answer the same requests" }
}

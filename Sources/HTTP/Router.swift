/// The route table compiled to a tree over the path's bytes. A literal part wins over a capture, a capture over a rest.
public final class Router: Sendable {
    public enum Resolution: Sendable {
        case found(Int, captures: [Slice])
        /// The path exists, the method does not; `OPTIONS` comes here too when no route has it.
        case otherMethods([Method])
        case notFound
    }

    public let routes: [Route]
    private let tree: RouteTree
    /// For each node of the tree the route of each method; −1 without one.
    private let places: [Int]

    private static let methods = Method.allCases.count

    /// Two routes with the same method and shape are a mistake of the table: the later one is refused.
    public init(_ routes: [Route]) throws(RouteConflict) {
        var tree = RouteTree()
        let ends = routes.map { tree.insert($0.path) }
        var places = [Int](repeating: -1, count: tree.count * Self.methods)
        for (index, end) in ends.enumerated() {
            let place = end * Self.methods + Int(routes[index].method.rawValue)
            let taken = places[place]
            guard taken < 0 else {
                throw RouteConflict(routes[taken].path.description, routes[index].path.description)
            }
            places[place] = index
        }
        (self.routes, self.tree, self.places) = (routes, tree, places)
    }

    /// `path` lies in `bytes`, from its first "/".
    public func resolve(_ method: Method, path: Slice, in bytes: UnsafeRawBufferPointer) -> Resolution {
        var captures: [Slice] = []
        // `OPTIONS *` asks about the server as a whole.
        if path.count == 1, bytes[Int(path.start)] == UInt8(ascii: "*") {
            return .otherMethods(Method.allCases.filter { $0 != .other })
        }
        guard path.count > 0, bytes[Int(path.start)] == UInt8(ascii: "/"),
            let end = tree.find(path.range.dropFirst(), in: bytes, &captures)
        else { return .notFound }
        var route = self.route(of: method, at: end)
        if route < 0, method == .head { route = self.route(of: .get, at: end) }
        return route >= 0 ? .found(route, captures: captures) : .otherMethods(methods(at: end))
    }

    private func route(of method: Method, at node: Int) -> Int {
        places[node * Self.methods + Int(method.rawValue)]
    }

    private func methods(at node: Int) -> [Method] {
        var found = Method.allCases.filter { route(of: $0, at: node) >= 0 }
        if found.contains(.get), !found.contains(.head) { found.insert(.head, at: 1) }
        if !found.contains(.options) { found.append(.options) }
        return found
    }
}

/// Two rows of the route table claim the same requests.
public struct RouteConflict: Error, CustomStringConvertible, Sendable {
    public let description: String
    init(_ first: String, _ second: String) { description = "\(first) and \(second) answer the same requests" }
}

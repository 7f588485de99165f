import Platform
import Testing

@testable import HTTP

struct RouterTests {
    private static func router(_ paths: String...) throws -> Router { try Router(paths.map { Route(.get, $0) }) }

    @Test func literalsWinOverCapturesAndCapturesOverRests() throws {
        let router = try Self.router("/a/{rest...}", "/a/{x}", "/a/b", "/{x}/b", "/")
        #expect(Routed(router, .get, "/a/b") == .found("/a/b", []))
        #expect(Routed(router, .get, "/a/c") == .found("/a/{x}", ["c"]))
        #expect(Routed(router, .get, "/a/c/d") == .found("/a/{rest...}", ["c/d"]))
        #expect(Routed(router, .get, "/c/b") == .found("/{x}/b", ["c"]))
        #expect(Routed(router, .get, "/") == .found("/", []))
        #expect(Routed(router, .get, "/c") == .notFound)
    }

    @Test func aWayThatLeadsNowhereIsTakenBack() throws {
        let router = try Self.router("/a/b/c", "/a/{x}/d", "/{y}/b/{z}", "/{all...}")
        #expect(Routed(router, .get, "/a/b/c") == .found("/a/b/c", []))
        #expect(Routed(router, .get, "/a/b/d") == .found("/a/{x}/d", ["b"]))
        #expect(Routed(router, .get, "/a/b/e") == .found("/{y}/b/{z}", ["a", "e"]))
        #expect(Routed(router, .get, "/a/b/e/f") == .found("/{all...}", ["a/b/e/f"]))
    }

    @Test func declarationsHaveThreePartNumbers() throws {
        let router = try Self.router(
            "/declarations", "/declarations/detail", "/declarations/{annee}/{bureau}/{numero}",
            "/declarations/{annee}/{bureau}/{numero}/feedback")
        #expect(
            Routed(router, .get, "/declarations/2026/18N/004512/feedback")
                == .found("/declarations/{annee}/{bureau}/{numero}/feedback", ["2026", "18N", "004512"]))
        #expect(Routed(router, .get, "/declarations/detail") == .found("/declarations/detail", []))
        #expect(Routed(router, .get, "/declarations/2026") == .notFound)
    }

    // MARK: Methods

    @Test func headIsAnsweredLikeGet() throws {
        let router = try Router([Route(.get, "/a"), Route(.post, "/b"), Route(.get, "/c"), Route(.head, "/c")])
        #expect(Routed(router, .head, "/a") == .found("/a", []))
        #expect(Routed(router, .head, "/b") == .otherMethods([.post, .options]))
        guard
            case .found(let index, _) = Array("/c".utf8).withUnsafeBytes({
                router.resolve(.head, path: Slice(start: 0, count: 2), in: $0)
            })
        else { return #expect(Bool(false), "HEAD has no route of its own") }
        #expect(index == 3)
    }

    @Test func otherMethodsAreListed() throws {
        let router = try Router([
            Route(.delete, "/a/{x}"), Route(.get, "/a/{y}"), Route(.put, "/a/{x}"), Route(.options, "/o"),
        ])
        #expect(Routed(router, .post, "/a/1") == .otherMethods([.get, .head, .put, .delete, .options]))
        #expect(Routed(router, .options, "/a/1") == .otherMethods([.get, .head, .put, .delete, .options]))
        #expect(Routed(router, .other, "/a/1") == .otherMethods([.get, .head, .put, .delete, .options]))
        #expect(Routed(router, .get, "/o") == .otherMethods([.options]))
        #expect(Routed(router, .options, "/o") == .found("/o", []))
        #expect(Routed(router, .put, "/a/1") == .found("/a/{x}", ["1"]))
    }

    /// A path is one resource: its methods are not gathered from less particular ones.
    @Test func theMostParticularPathHidesTheOthers() throws {
        let router = try Router([Route(.post, "/queue/next"), Route(.get, "/queue/{id}")])
        #expect(Routed(router, .get, "/queue/next") == .otherMethods([.post, .options]))
        #expect(Routed(router, .get, "/queue/7") == .found("/queue/{id}", ["7"]))
    }

    @Test func theAsteriskIsTheWholeServer() throws {
        let router = try Self.router("/a")
        #expect(
            Routed(router, .options, "*") == .otherMethods([.get, .head, .post, .put, .patch, .delete, .options]))
    }

    @Test func conflictsAreRefused() throws {
        let conflict = #expect(throws: RouteConflict.self) {
            try Router([Route(.get, "/a/{x}/b"), Route(.post, "/a/{x}/b"), Route(.get, "/a/{y}/b")])
        }
        #expect(conflict?.description == "/a/{x}/b and /a/{y}/b answer the same requests")
        #expect(throws: RouteConflict.self) { try Self.router("/{x...}", "/{y...}") }
        #expect(throws: RouteConflict.self) { try Self.router("/a", "/a") }
        #expect(throws: Never.self) { try Self.router("/a", "/a/", "/{x}", "/{x...}", "/a/{x}") }
    }

    // MARK: Segments

    @Test func slashesCount() throws {
        let router = try Self.router("/a", "/b/", "/c/{x}", "/d/{x...}", "/e//f")
        #expect(Routed(router, .get, "/a/") == .notFound)
        #expect(Routed(router, .get, "/b") == .notFound)
        #expect(Routed(router, .get, "/b/") == .found("/b/", []))
        #expect(Routed(router, .get, "//a") == .notFound)
        #expect(Routed(router, .get, "/e//f") == .found("/e//f", []))
        #expect(Routed(router, .get, "/e/f") == .notFound)
    }

    @Test func captureAndRestAreNeverEmpty() throws {
        let router = try Self.router("/c/{x}", "/c/{x}/e", "/d/{x...}")
        #expect(Routed(router, .get, "/c/") == .notFound)
        #expect(Routed(router, .get, "/c//e") == .notFound)
        #expect(Routed(router, .get, "/d") == .notFound)
        #expect(Routed(router, .get, "/d/") == .notFound)
        #expect(Routed(router, .get, "/d//") == .found("/d/{x...}", ["/"]))
        #expect(Routed(router, .get, "/d/a/") == .found("/d/{x...}", ["a/"]))
    }

    @Test func escapesAreNotLookedInto() throws {
        let router = try Self.router("/a/b", "/a/{x}", "/é/{x}")
        #expect(Routed(router, .get, "/a/%62") == .found("/a/{x}", ["%62"]))
        #expect(Routed(router, .get, "/a/b%2Fc") == .found("/a/{x}", ["b%2Fc"]))
        #expect(Routed(router, .get, "/%61/b") == .notFound)
        #expect(Routed(router, .get, "/A/b") == .notFound)
        #expect(Routed(router, .get, "/é/%C3%A9") == .found("/é/{x}", ["%C3%A9"]))
    }

    @Test func longPathsAreWalkedQuickly() throws {
        let depth = 12
        let table = (0..<1 << depth).map { bits in
            (0..<depth).map { bits >> $0 & 1 == 0 ? "/a" : "/{x\($0)}" }.joined() + "/end"
        }
        let router = try Router(table.map { Route(.get, $0) })
        #expect(Routed(router, .get, String(repeating: "/a", count: 4000)) == .notFound)
        #expect(Routed(router, .get, String(repeating: "/a", count: depth) + "/no") == .notFound)
        #expect(Routed(router, .get, String(repeating: "/a", count: depth) + "/end") == .found(table[0], []))
    }

    // MARK: Against a slow matcher

    /// Compares the path with every template by itself and takes the most particular from the left.
    private static func slowly(_ routes: [Route], _ method: HTTP.Method, _ path: String) -> Routed {
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        var best: (ranks: [Int], captures: [String])?
        var methods: [HTTP.Method: String] = [:]
        for route in routes {
            guard let match = match(route.path.parts, segments) else { continue }
            if let best, best.ranks.lexicographicallyPrecedes(match.ranks) { continue }
            if best?.ranks != match.ranks { methods = [:] }
            best = match
            methods[route.method] = route.path.description
        }
        guard let best else { return .notFound }
        if let found = methods[method] ?? (method == .head ? methods[.get] : nil) {
            return .found(found, best.captures)
        }
        return .otherMethods(
            Method.allCases.filter { methods[$0] != nil || $0 == .options || $0 == .head && methods[.get] != nil })
    }

    private static func match(
        _ parts: [PathTemplate.Part], _ segments: [String]
    ) -> (ranks: [Int], captures: [String])? {
        var (ranks, captures): ([Int], [String]) = ([], [])
        for (place, part) in parts.enumerated() {
            guard place < segments.count else { return nil }
            switch part {
            case .literal(let text):
                guard text == Array(segments[place].utf8) else { return nil }
                ranks.append(0)
            case .capture:
                guard !segments[place].isEmpty else { return nil }
                ranks.append(1)
                captures.append(segments[place])
            case .rest:
                let rest = segments[place...].joined(separator: "/")
                return rest.isEmpty ? nil : (ranks + [2], captures + [rest])
            }
        }
        return segments.count == parts.count ? (ranks, captures) : nil
    }

    @Test func agreesWithASlowMatcher() throws {
        var random = Random(seed: 21)
        var found = 0
        for _ in 0..<400 {
            var routes: [Route] = []
            for _ in 0..<Int.random(in: 1...14, using: &random) {
                var path = ""
                for place in 0..<Int.random(in: 1...4, using: &random) {
                    path += ["/a", "/b", "/", "/{x\(place)}", "/{x\(place)}"].randomElement(using: &random) ?? ""
                }
                if Int.random(in: 0..<4, using: &random) == 0 { path += "/{rest...}" }
                let method = [.get, .post, .head].randomElement(using: &random) ?? HTTP.Method.get
                let route = Route(method, path)
                if !routes.contains(where: { $0.method == method && $0.path.parts == route.path.parts }) {
                    routes.append(route)
                }
            }
            let router = try Router(routes)
            for _ in 0..<40 {
                let path = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                    ["/a", "/b", "/c", "/"].randomElement(using: &random) ?? ""
                }.joined()
                let method = [.get, .post, .head, .options].randomElement(using: &random) ?? HTTP.Method.get
                let expected = Self.slowly(routes, method, path)
                #expect(Routed(router, method, path) == expected, "\(routes.map(\.path)) \(path)")
                if case .found = expected { found += 1 }
            }
        }
        #expect(found > 1000)
    }
}

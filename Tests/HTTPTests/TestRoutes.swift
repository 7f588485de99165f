import Platform

@testable import HTTP

extension Route {
    /// A route of which only the method and the path matter.
    convenience init(_ method: HTTP.Method, _ path: String) {
        self.init(
            method, PathTemplate(path), access: .anyone, .init("read", tag: "test", "Lecture"), outputs: [],
            handler: .immediate { _ in Response(.ok) })
    }
}

/// What a router makes of a path, with the captured texts.
enum Routed: Equatable {
    case found(String, [String])
    case otherMethods([HTTP.Method])
    case notFound

    init(_ router: Router, _ method: HTTP.Method, _ path: String) {
        // As in a request, the path stands among other bytes.
        let bytes = Array("GET \(path) HTTP/1.1".utf8)
        let slice = Slice(start: 4, count: path.utf8.count)
        switch bytes.withUnsafeBytes({ router.resolve(method, path: slice, in: $0) }) {
        case .found(let index, let captures):
            self = .found(
                router.routes[index].path.description, captures.map { String(decoding: bytes[$0.range], as: UTF8.self) }
            )
        case .otherMethods(let methods): self = .otherMethods(methods)
        case .notFound: self = .notFound
        }
    }
}

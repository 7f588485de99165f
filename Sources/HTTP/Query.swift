/// The parameters of a query, or of a body in `application/x-www-form-urlencoded`: read where they stand, decoded when
/// asked for. It shares the storage of the bytes that it is given.
public struct Query: Sendable {
    private let bytes: ArraySlice<UInt8>

    /// - Parameter limit: The most parameters that are accepted.
    public init(_ bytes: ArraySlice<UInt8>, limit: Int = 100) throws(ParseError) {
        self.bytes = bytes
        guard pairs.reduce(0, { count, _ in count + 1 }) <= limit else { throw .tooManyParameters }
    }

    /// The first value of `name`, an empty one without "=".
    public func first(_ name: String) throws(ParseError) -> String? {
        for pair in pairs where try pair.isNamed(name) { return try pair.value }
        return nil
    }

    /// The value of a parameter that may be there once.
    public func single(_ name: String) throws(ParseError) -> String? {
        let values = try all(name)
        guard values.count <= 1 else { throw .duplicatedParameter }
        return values.first
    }

    public func all(_ name: String) throws(ParseError) -> [String] {
        var values: [String] = []
        for pair in pairs where try pair.isNamed(name) { values.append(try pair.value) }
        return values
    }

    /// Every name as often as it is there, so that unknown ones can be refused.
    public var names: [String] {
        get throws(ParseError) {
            var names: [String] = []
            for pair in pairs { names.append(try pair.name) }
            return names
        }
    }

    private var pairs: Pairs { Pairs(rest: bytes) }

    private struct Pair {
        let encodedName: ArraySlice<UInt8>
        let encodedValue: ArraySlice<UInt8>

        var name: String {
            get throws(ParseError) { try PercentCoding.decode(encodedName, plusIsSpace: true) }
        }
        var value: String {
            get throws(ParseError) { try PercentCoding.decode(encodedValue, plusIsSpace: true) }
        }
        func isNamed(_ wanted: String) throws(ParseError) -> Bool {
            if encodedName.elementsEqual(wanted.utf8) { return true }
            guard encodedName.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
                return false
            }
            return try name == wanted
        }
    }

    /// What stands between "&"; nothing between two of them is no parameter.
    private struct Pairs: Sequence, IteratorProtocol {
        var rest: ArraySlice<UInt8>

        mutating func next() -> Pair? {
            while let byte = rest.first, byte == UInt8(ascii: "&") { rest.removeFirst() }
            guard !rest.isEmpty else { return nil }
            let pair = rest.prefix { $0 != UInt8(ascii: "&") }
            rest = rest[pair.endIndex...]
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            return Pair(encodedName: name, encodedValue: pair[name.endIndex...].dropFirst())
        }
    }
}

/// A body in `application/x-www-form-urlencoded` has the syntax of a query.
public typealias FormBody = Query

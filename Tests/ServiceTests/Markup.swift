/// What is looked at in a page: whether its tags are balanced, where its links lead, what its elements are called.
struct Markup {
    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var links: [String] = []
    private(set) var identifiers: [String] = []

    private static let withoutEnd = ["meta", "link", "img", "br", "hr", "input", "!doctype"]

    init(_ text: String) throws(Malformed) {
        var open: [Substring] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            rest = rest[rest.index(after: start)...]
            guard let end = rest.firstIndex(of: ">") else { throw Malformed(description: "an open tag") }
            let tag = rest[..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst() else {
                    throw Malformed(description: "<\(tag)> closes \(open)")
                }
                continue
            }
            let name = tag.prefix { !$0.isWhitespace }
            guard let first = name.first, first.isLetter || first == "!" else {
                throw Malformed(description: "<\(tag)> is not escaped")
            }
            try readAttributes(of: tag.dropFirst(name.count))
            if !Self.withoutEnd.contains(name.lowercased()) { open.append(name) }
        }
        guard open.isEmpty else { throw Malformed(description: "\(open) stay open") }
        guard Set(identifiers).count == identifiers.count else { throw Malformed(description: "an id is used twice") }
    }

    private mutating func readAttributes(of text: Substring) throws(Malformed) {
        var rest = text.drop(while: \.isWhitespace)
        while !rest.isEmpty {
            let name = rest.prefix { !$0.isWhitespace && $0 != "=" }
            rest = rest.dropFirst(name.count)
            if rest.first == "=" {
                guard rest.dropFirst().first == "\"" else { throw Malformed(description: "\(text) is not quoted") }
                let value = rest.dropFirst(2).prefix { $0 != "\"" }
                rest = rest.dropFirst(value.count + 3)
                if name == "href" || name == "src" { links.append(String(value)) }
                if name == "id" { identifiers.append(String(value)) }
            }
            rest = rest.drop(while: \.isWhitespace)
        }
    }
}

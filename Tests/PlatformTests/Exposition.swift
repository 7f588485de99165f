import Testing

/// A strict reader of the Prometheus text format, for tests: every line must be one of the three kinds.
struct Exposition {
    struct Series: Hashable {
        let name: String
        let labels: [String: String]
    }
    struct Malformed: Error, CustomStringConvertible {
        let description: String
    }

    private(set) var help: [String: String] = [:]
    private(set) var types: [String: String] = [:]
    private(set) var samples: [Series: Double] = [:]

    init(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.isEmpty || text.hasSuffix("\n") else { throw Malformed(description: "no line feed at the end") }
        for line in text.split(separator: "\n") { try read(line) }
    }

    subscript(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        samples[Series(name: name, labels: labels)]
    }

    private mutating func read(_ line: Substring) throws {
        let words = line.split(separator: " ", maxSplits: 3).map(String.init)
        if line.hasPrefix("# HELP ") {
            guard words.count == 4, help.updateValue(words[3], forKey: words[2]) == nil else {
                throw Malformed(description: "\(line)")
            }
        } else if line.hasPrefix("# TYPE ") {
            guard words.count == 4, ["counter", "gauge", "histogram"].contains(words[3]),
                types.updateValue(words[3], forKey: words[2]) == nil, help[words[2]] != nil
            else { throw Malformed(description: "\(line)") }
        } else {
            try readSample(line)
        }
    }

    private mutating func readSample(_ line: Substring) throws {
        var rest = line
        let name = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
        rest = rest.dropFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            repeat {
                rest = rest.dropFirst()
                let label = String(rest.prefix { $0 != "=" })
                rest = rest.dropFirst(label.count + 1)
                guard rest.popFirst() == "\"", labels[label] == nil else { throw Malformed(description: "\(line)") }
                labels[label] = try Self.quoted(&rest)
            } while rest.first == ","
            guard rest.popFirst() == "}" else { throw Malformed(description: "\(line)") }
        }
        let family = ["_bucket", "_sum", "_count"].first { name.hasSuffix($0) && types[name] == nil }
        guard rest.popFirst() == " ", let value = Self.number(rest),
            types[String(name.dropLast(family?.count ?? 0))] != nil,
            samples.updateValue(value, forKey: Series(name: name, labels: labels)) == nil
        else { throw Malformed(description: "\(line)") }
    }

    private static func quoted(_ rest: inout Substring) throws -> String {
        var text = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"": return text
            case "\\":
                switch rest.popFirst() {
                case "n": text.append("\n")
                case "\\": text.append("\\")
                case "\"": text.append("\"")
                default: throw Malformed(description: "an unknown escape")
                }
            default: text.append(character)
            }
        }
        throw Malformed(description: "an open quote")
    }

    private static func number(_ text: Substring) -> Double? {
        switch text {
        case "+Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        default: Double(text)
        }
    }
}

/// Finds the parts of one start tag.
struct XMLTagScan {
    enum Outcome {
        case complete(name: Range<Int>, isEmpty: Bool)
        case incomplete, malformed
    }

    private let base: UnsafePointer<UInt8>
    private let end: Int
    /// After the tag when it is complete.
    private(set) var position: Int
    private let attributes: UnsafeMutablePointer<XMLReader.Attribute>
    /// How many attributes the tag has.
    private(set) var count = 0

    /// `start` is behind the `<`; `attributes` has room for as many as a tag may have.
    init(
        _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int,
        _ attributes: UnsafeMutablePointer<XMLReader.Attribute>
    ) {
        (self.base, position, self.end, self.attributes) = (base, start, end, attributes)
    }

    mutating func run() -> Outcome {
        let name = scanName()
        guard position < end else { return .incomplete }
        guard !name.isEmpty else { return .malformed }
        while true {
            let hadSpace = skipSpace()
            guard position < end else { return .incomplete }
            switch base[position] {
            case UInt8(ascii: ">"):
                position += 1
                return .complete(name: name, isEmpty: false)
            case UInt8(ascii: "/"):
                guard position + 1 < end else { return .incomplete }
                guard base[position + 1] == UInt8(ascii: ">") else { return .malformed }
                position += 2
                return .complete(name: name, isEmpty: true)
            default:
                guard hadSpace, count < XMLReader.mostAttributes else { return .malformed }
                switch scanAttribute() {
                case .success(let attribute):
                    guard let attribute else { return .incomplete }
                    for k in 0..<count where isSame(attributes[k].name, attribute.name) { return .malformed }
                    (attributes + count).initialize(to: attribute)
                    count += 1
                case .failure: return .malformed
                }
            }
        }
    }

    private struct Malformed: Error {}

    /// Nil when it is incomplete.
    private mutating func scanAttribute() -> Result<XMLReader.Attribute?, Malformed> {
        let name = scanName()
        skipSpace()
        guard position < end else { return .success(nil) }
        guard !name.isEmpty, base[position] == UInt8(ascii: "=") else { return .failure(Malformed()) }
        position += 1
        skipSpace()
        guard position < end else { return .success(nil) }
        let quote = base[position]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return .failure(Malformed()) }
        position += 1
        let start = position
        while position < end, base[position] != quote {
            if base[position] == UInt8(ascii: "<") { return .failure(Malformed()) }
            position += 1
        }
        guard position < end else { return .success(nil) }
        position += 1
        return .success(XMLReader.Attribute(name: name, value: start..<position - 1))
    }

    private mutating func scanName() -> Range<Int> {
        let start = position
        while position < end {
            switch base[position] {
            case 0...0x20, UInt8(ascii: "/"), UInt8(ascii: ">"), UInt8(ascii: "="), UInt8(ascii: "<"),
                UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "&"):
                return start..<position
            default: position += 1
            }
        }
        return start..<position
    }

    @discardableResult
    private mutating func skipSpace() -> Bool {
        let start = position
        while position < end, XMLText.isSpace(base[position]) { position += 1 }
        return position > start
    }

    private func isSame(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
        guard a.count == b.count else { return false }
        for k in 0..<a.count where base[a.lowerBound + k] != base[b.lowerBound + k] { return false }
        return true
    }
}

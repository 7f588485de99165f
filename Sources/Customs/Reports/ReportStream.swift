import JSON

/// Writes one large JSON object piece by piece, so that it never lies in memory as a whole.
struct ReportStream {
    private var bytes: [UInt8] = []
    private let sink: ([UInt8]) throws -> Void
    private var isFirst = true
    private static let piece = 1 << 18

    init(_ sink: @escaping ([UInt8]) throws -> Void) { self.sink = sink }

    mutating func begin() { bytes.append(0x7b) }

    mutating func end() throws {
        bytes += Array("}\n".utf8)
        try sink(bytes)
        bytes = []
    }

    mutating func member(_ name: StaticString, _ value: (inout JSONWriter) -> Void) throws {
        open(name)
        try write(value)
    }

    /// A member that is an array, whose elements are written one by one.
    mutating func elements<Element>(
        _ name: StaticString, _ all: some Sequence<Element>, _ write: (Element, inout JSONWriter) -> Void
    ) throws {
        open(name)
        bytes.append(0x5b)
        var needsComma = false
        for element in all {
            bytes += needsComma ? [0x2c, 0x0a] : [0x0a]
            needsComma = true
            try self.write { write(element, &$0) }
        }
        bytes.append(0x5d)
    }

    private mutating func open(_ name: StaticString) {
        if !isFirst { bytes += [0x2c, 0x0a] }
        isFirst = false
        bytes += Array("\"\(name)\":".utf8)
    }

    private mutating func write(_ value: (inout JSONWriter) -> Void) throws {
        let begun = bytes
        bytes = []
        var writer = JSONWriter(appendingTo: begun)
        value(&writer)
        bytes = writer.finish()
        if bytes.count >= Self.piece {
            try sink(bytes)
            bytes.removeAll(keepingCapacity: true)
        }
    }
}

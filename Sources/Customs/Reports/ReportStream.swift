import JSON

/// Writes one large JSON object piece by piece, so that it never lies in memory as a whole.
struct ReportStream {
    private var bytes: [UInt8] = []
    private let sink: ([UInt8]) throws -> Void
    private var isFirst = true
    private static let piece = 1 << 18
    /// How many elements are written at once.
    private static let batch = 256

    init(_ sink: @escaping ([UInt8]) throws -> Void) { self.sink = sink }

    mutating func begin() { bytes.append(0x7b) }

    mutating func end() throws {
        bytes += Array("}\n".utf8)
        try sink(bytes)
        bytes = []
    }

    mutating func member(_ name: StaticString, _ value: (inout JSONWriter) -> Void) {
        open(name)
        var writer = JSONWriter()
        value(&writer)
        bytes += writer.finish()
    }

    /// A member that is an array, whose elements are written one by one.
    mutating func elements<Element>(
        _ name: StaticString, _ all: some Sequence<Element>, _ write: (Element, inout JSONWriter) -> Void
    ) throws {
        open(name)
        bytes.append(0x5b)
        var batch: [Element] = []
        var needsComma = false
        func flush(_ stream: inout ReportStream) throws {
            guard !batch.isEmpty else { return }
            var writer = JSONWriter(capacity: Self.piece)
            writer.array { writer in for element in batch { write(element, &writer) } }
            // Without the brackets of the batch's own array.
            stream.bytes += needsComma ? [0x2c, 0x0a] : [0x0a]
            let written = writer.finish()
            stream.bytes += written[1..<(written.count - 1)]
            needsComma = true
            batch.removeAll(keepingCapacity: true)
            try stream.sink(stream.bytes)
            stream.bytes.removeAll(keepingCapacity: true)
        }
        for element in all {
            batch.append(element)
            if batch.count == Self.batch { try flush(&self) }
        }
        try flush(&self)
        bytes.append(0x5d)
    }

    private mutating func open(_ name: StaticString) {
        if !isFirst { bytes += [0x2c, 0x0a] }
        isFirst = false
        bytes += Array("\"\(name)\":".utf8)
    }
}

/// Reads the part of UBJSON (draft 12, big-endian) that XGBoost writes: numbers in typed arrays, copied as a whole.
struct UBJReader {
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func finish() throws(ModelError) {
        guard position == bytes.count else { throw failure("bytes after the end") }
    }

    private func failure(_ what: String) -> ModelError { ModelError(.malformed, "UBJSON: \(what)", at: position) }

    private func peek() throws(ModelError) -> UInt8 {
        guard position < bytes.count else { throw failure("end of file") }
        return bytes[position]
    }

    private mutating func next() throws(ModelError) -> UInt8 {
        let byte = try peek()
        position += 1
        return byte
    }

    private mutating func bigEndian(bytes count: Int) throws(ModelError) -> UInt64 {
        guard bytes.count - position >= count else { throw failure("end of file") }
        var value: UInt64 = 0
        for byte in bytes[position..<position + count] { value = value << 8 | UInt64(byte) }
        position += count
        return value
    }

    private mutating func integer(_ marker: UInt8) throws(ModelError) -> Int {
        switch marker {
        case UInt8(ascii: "i"): Int(Int8(truncatingIfNeeded: try bigEndian(bytes: 1)))
        case UInt8(ascii: "U"): Int(try bigEndian(bytes: 1))
        case UInt8(ascii: "I"): Int(Int16(truncatingIfNeeded: try bigEndian(bytes: 2)))
        case UInt8(ascii: "l"): Int(Int32(truncatingIfNeeded: try bigEndian(bytes: 4)))
        case UInt8(ascii: "L"): Int(Int64(truncatingIfNeeded: try bigEndian(bytes: 8)))
        default: throw failure("an integer was expected, not marker \(marker)")
        }
    }

    /// A count, which can't be more than what is left of the file.
    private mutating func count() throws(ModelError) -> Int {
        let count = try integer(try next())
        guard count >= 0, count <= bytes.count - position else { throw failure("\(count) announced") }
        return count
    }

    private mutating func unmarkedText() throws(ModelError) -> String {
        let count = try count()
        let end = position + count
        let text: String
        do throws(UTF8.ValidationError) {
            text = String(copying: try UTF8Span(validating: bytes.span.extracting(position..<end)))
        } catch { throw failure("text that is not UTF-8") }
        position = end
        return text
    }

    private mutating func enter() throws(ModelError) {
        depth += 1
        guard depth <= ModelLimits.depth else { throw failure("nested too deep") }
    }

    /// What follows an array's bracket: the type of all elements and their number, where it says them.
    private mutating func head() throws(ModelError) -> (type: UInt8?, count: Int?) {
        var type: UInt8?
        if try peek() == UInt8(ascii: "$") {
            position += 1
            type = try next()
        }
        guard try peek() == UInt8(ascii: "#") else {
            if type != nil { throw failure("a type without a count") }
            return (nil, nil)
        }
        position += 1
        let count = try count()
        if let type {
            guard count <= (bytes.count - position) / (try width(of: type)) else { throw failure("\(count) announced") }
        }
        return (type, count)
    }

    private func width(of type: UInt8) throws(ModelError) -> Int {
        switch type {
        case UInt8(ascii: "i"), UInt8(ascii: "U"): 1
        case UInt8(ascii: "I"): 2
        case UInt8(ascii: "l"), UInt8(ascii: "d"): 4
        case UInt8(ascii: "L"), UInt8(ascii: "D"): 8
        default: throw failure("an array of type \(type)")
        }
    }

    /// The elements of an array whose head was read, one by one.
    private mutating func each(
        _ count: Int?, _ element: (inout Self) throws(ModelError) -> Void
    ) throws(ModelError) {
        try enter()
        if let count {
            for _ in 0..<count { try element(&self) }
        } else {
            while try peek() != UInt8(ascii: "]") { try element(&self) }
            position += 1
        }
        depth -= 1
    }

    private mutating func expect(_ marker: UInt8, _ what: String) throws(ModelError) {
        guard try next() == marker else {
            position -= 1
            throw failure("\(what) was expected, not marker \(bytes[position])")
        }
    }

    private mutating func number(_ marker: UInt8) throws(ModelError) -> Double {
        switch marker {
        case UInt8(ascii: "d"): Double(Float(bitPattern: UInt32(truncatingIfNeeded: try bigEndian(bytes: 4))))
        case UInt8(ascii: "D"): Double(bitPattern: try bigEndian(bytes: 8))
        default: Double(try integer(marker))
        }
    }
}

/// The names that an object has had so far: few, nearly always.
private struct MemberList {
    private var few: [String] = []
    private var many: Set<String> = []

    /// False when the name was there.
    mutating func insert(_ name: String) -> Bool {
        if many.isEmpty {
            // Comparing lengths takes no call.
            if few.contains(where: { $0.utf8.count == name.utf8.count && $0 == name }) { return false }
            few.append(name)
            if few.count == 32 { many = Set(few) }
            return true
        }
        return many.insert(name).inserted
    }
}

extension UBJReader: DocumentReader {
    mutating func members(_ member: (String, inout Self) throws(ModelError) -> Void) throws(ModelError) {
        try expect(UInt8(ascii: "{"), "an object")
        try enter()
        var names = MemberList()
        while try peek() != UInt8(ascii: "}") {
            let name = try unmarkedText()
            guard names.insert(name) else { throw failure("member twice: \(name.prefix(64))") }
            try member(name, &self)
        }
        position += 1
        depth -= 1
    }

    mutating func elements(_ element: (inout Self) throws(ModelError) -> Void) throws(ModelError) {
        try expect(UInt8(ascii: "["), "an array")
        let (type, count) = try head()
        guard type == nil else { throw failure("an array of numbers") }
        try each(count, element)
    }

    mutating func text() throws(ModelError) -> String {
        try expect(UInt8(ascii: "S"), "a text")
        return try unmarkedText()
    }

    mutating func isText() throws(ModelError) -> Bool { try peek() == UInt8(ascii: "S") }

    mutating func label() throws(ModelError) -> String {
        if try isText() { return try text() }
        let value = try number(try next())
        return Int(exactly: value).map { String($0) } ?? String(value)
    }

    mutating func singles() throws(ModelError) -> [Float] {
        try expect(UInt8(ascii: "["), "an array")
        let (type, count) = try head()
        guard let type, let count else {
            var values: [Float] = []
            try each(count) { reader throws(ModelError) in values.append(Float(try reader.number(try reader.next()))) }
            return values
        }
        if type == UInt8(ascii: "d") { return column(count) { Float(bitPattern: UInt32(bigEndian: $0)) } }
        var values: [Float] = []
        for _ in 0..<count { values.append(Float(try number(type))) }
        return values
    }

    mutating func integers() throws(ModelError) -> [Int32] {
        try expect(UInt8(ascii: "["), "an array")
        let (type, count) = try head()
        guard let type, let count else {
            var values: [Int32] = []
            try each(count) { reader throws(ModelError) in values.append(try reader.integerOrTruth()) }
            return values
        }
        switch type {
        case UInt8(ascii: "l"): return column(count) { Int32(truncatingIfNeeded: Int64(UInt32(bigEndian: $0))) }
        case UInt8(ascii: "U"): return column(count) { (byte: UInt8) in Int32(byte) }
        default:
            var values: [Int32] = []
            values.reserveCapacity(count)
            for _ in 0..<count {
                guard let value = Int32(exactly: try integer(type)) else { throw failure("an integer too large") }
                values.append(value)
            }
            return values
        }
    }

    private mutating func integerOrTruth() throws(ModelError) -> Int32 {
        switch try next() {
        case UInt8(ascii: "T"): return 1
        case UInt8(ascii: "F"): return 0
        case let marker:
            guard let value = Int32(exactly: try integer(marker)) else { throw failure("an integer too large") }
            return value
        }
    }

    /// The raw data of a typed array: `head` has checked that it is there.
    private mutating func column<Raw: FixedWidthInteger, Value>(_ count: Int, _ value: (Raw) -> Value) -> [Value] {
        let width = MemoryLayout<Raw>.size
        let start = position
        position += count * width
        return bytes.withUnsafeBytes { bytes in
            [Value](unsafeUninitializedCapacity: count) { values, initialized in
                for k in 0..<count {
                    let raw = bytes.loadUnaligned(fromByteOffset: start + k * width, as: Raw.self)
                    values.initializeElement(at: k, to: value(raw))
                }
                initialized = count
            }
        }
    }

    mutating func passNumbers() throws(ModelError) { try pass() }

    mutating func pass() throws(ModelError) {
        switch try peek() {
        case UInt8(ascii: "{"): try members { _, reader throws(ModelError) in try reader.pass() }
        case UInt8(ascii: "["):
            position += 1
            let (type, count) = try head()
            if let type, let count {
                position += count * (try width(of: type))
            } else {
                try each(count) { reader throws(ModelError) in try reader.pass() }
            }
        case UInt8(ascii: "S"): _ = try text()
        case UInt8(ascii: "T"), UInt8(ascii: "F"), UInt8(ascii: "Z"): position += 1
        default: _ = try number(try next())
        }
    }
}

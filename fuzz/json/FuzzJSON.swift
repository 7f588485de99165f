import JSON

/// Any value through the typed calls alone.
private struct Anything: JSONReadable {
    init(json reader: inout JSONReader) throws(JSONError) {
        switch try reader.kind() {
        case .object:
            try reader.object { key, reader throws(JSONError) in
                _ = key.string
                _ = try reader.read(Anything.self)
            }
        case .array: _ = try reader.read([Anything].self)
        case .string: _ = try reader.string()
        case .number: _ = try reader.numberText()
        case .boolean: _ = try reader.bool()
        case .null: _ = try reader.null()
        }
    }
}

private func skip(_ text: RawSpan) throws(JSONError) {
    var reader = JSONReader(text)
    try reader.skip()
    try reader.finish()
}

private func outcome<Value>(_ read: () throws(JSONError) -> Value) -> Result<Value, JSONError> {
    Result(catching: read)
}

/// Skip, tree and typed reader agree on what is JSON and on what is wrong; what is written reads back the same; a
/// number is what the standard library makes of it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let text = UnsafeRawBufferPointer(start: start, count: count).bytes
    let skipped = outcome { () throws(JSONError) in try skip(text) }
    let tree = outcome { () throws(JSONError) in try JSONValue(parsing: text) }
    let typed = outcome { () throws(JSONError) in try Anything(parsing: text) }
    switch (skipped, tree, typed) {
    case (.success, .success(let tree), .success):
        let bytes = tree.jsonBytes()
        precondition(outcome { () throws(JSONError) in try JSONValue(parsing: bytes) } == .success(tree), "round trip")
        let pretty = Array(tree.prettyPrinted().utf8)
        precondition(outcome { () throws(JSONError) in try JSONValue(parsing: pretty) } == .success(tree), "pretty")
    case (.failure(let skipped), .failure(let tree), .failure(let typed)):
        precondition(skipped == tree && tree == typed, "errors differ")
    default: preconditionFailure("readings disagree")
    }
    if case .success(let value) = outcome({ () throws(JSONError) in try Double(parsing: text) }) {
        let trimmed = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
            .filter { !$0.isWhitespace }
        precondition(Double(trimmed)?.bitPattern == value.bitPattern, "double")
    }
    if case .success(let value) = outcome({ () throws(JSONError) in try Int(parsing: text) }) {
        precondition(outcome { () throws(JSONError) in try Int(parsing: value.jsonBytes()) } == .success(value), "int")
    }
    return 0
}

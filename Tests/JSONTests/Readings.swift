import JSON

/// Any value, read through the typed calls alone, as application code reads what it knows.
struct Anything: JSONReadable {
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

/// The three ways to go through a text, which must agree on what is JSON.
enum Reading: CaseIterable {
    case skip, tree, typed

    func error(in text: [UInt8], limits: JSONLimits = JSONLimits()) -> JSONError? {
        do throws(JSONError) {
            switch self {
            case .skip:
                var reader = JSONReader(text.span.bytes, limits: limits)
                try reader.skip()
                try reader.finish()
            case .tree: _ = try JSONValue(parsing: text, limits: limits)
            case .typed: _ = try Anything(parsing: text, limits: limits)
            }
            return nil
        } catch { return error }
    }
}

/// The one error that all three readings give.
func refusal(of text: String, limits: JSONLimits = JSONLimits()) -> JSONError? {
    refusal(of: Array(text.utf8), limits: limits)
}

func refusal(of text: [UInt8], limits: JSONLimits = JSONLimits()) -> JSONError? {
    let errors = Reading.allCases.map { $0.error(in: text, limits: limits) }
    return errors.allSatisfy { $0 == errors[0] } ? errors[0] : nil
}

/// What reading a value of one type gives: the value, or the error's reason.
func outcome<Value: JSONReadable>(_ text: String, as type: Value.Type) -> Result<Value, JSONError> {
    Result { () throws(JSONError) in try Value(parsing: Array(text.utf8)) }
}

extension Result where Failure == JSONError {
    var reason: JSONError.Reason? { if case .failure(let error) = self { error.reason } else { nil } }
}

import JSON

/// What XGBoost's two encodings have in common, so that one reader knows the members of its models.
protocol DocumentReader: ~Copyable, ~Escapable {
    /// Reads an object: `member` must read, or pass, the value of each name.
    mutating func members(_ member: (String, inout Self) throws(ModelError) -> Void) throws(ModelError)
    /// Reads an array: `element` must read, or pass, each.
    mutating func elements(_ element: (inout Self) throws(ModelError) -> Void) throws(ModelError)
    mutating func text() throws(ModelError) -> String
    /// Arrays of numbers.
    mutating func singles() throws(ModelError) -> [Float]
    mutating func integers() throws(ModelError) -> [Int32]
    /// A number as it is written, or a text.
    mutating func label() throws(ModelError) -> String
    mutating func isText() throws(ModelError) -> Bool
    mutating func pass() throws(ModelError)
    /// Passes an array of numbers, which in JSON may be what only `singles` reads.
    mutating func passNumbers() throws(ModelError)
}

extension ModelError {
    init(_ error: JSONError) { self.init(.malformed, "JSON: \(error.code) at \(error.pointer)", at: error.offset) }
}

extension JSONReader: DocumentReader {
    mutating func members(_ member: (String, inout Self) throws(ModelError) -> Void) throws(ModelError) {
        var refusal: ModelError?
        do throws(JSONError) {
            try object { key, reader throws(JSONError) in
                let offset = try reader.offset()
                do throws(ModelError) { try member(key.string, &reader) } catch {
                    refusal = error
                    throw reader.refusal(at: offset)
                }
            }
        } catch { throw refusal ?? ModelError(error) }
    }

    mutating func elements(_ element: (inout Self) throws(ModelError) -> Void) throws(ModelError) {
        var refusal: ModelError?
        do throws(JSONError) {
            try array { reader throws(JSONError) in
                let offset = try reader.offset()
                do throws(ModelError) { try element(&reader) } catch {
                    refusal = error
                    throw reader.refusal(at: offset)
                }
            }
        } catch { throw refusal ?? ModelError(error) }
    }

    mutating func text() throws(ModelError) -> String {
        do throws(JSONError) { return try string() } catch { throw ModelError(error) }
    }

    mutating func singles() throws(ModelError) -> [Float] {
        do throws(JSONError) { return try floats() } catch { throw ModelError(error) }
    }

    mutating func integers() throws(ModelError) -> [Int32] {
        var values: [Int32] = []
        do throws(JSONError) {
            try array { reader throws(JSONError) in
                // XGBoost 1.0 to 1.2 wrote true and false for the missing direction.
                if try reader.kind() == .boolean {
                    values.append(try reader.bool() ? 1 : 0)
                } else {
                    let offset = try reader.offset()
                    guard let value = Int32(exactly: try reader.int()) else {
                        throw reader.refusal(.integerOutOfRange, at: offset)
                    }
                    values.append(value)
                }
            }
        } catch { throw ModelError(error) }
        return values
    }

    mutating func label() throws(ModelError) -> String {
        do throws(JSONError) { return try kind() == .string ? try string() : try numberText() } catch {
            throw ModelError(error)
        }
    }

    mutating func isText() throws(ModelError) -> Bool {
        do throws(JSONError) { return try kind() == .string } catch { throw ModelError(error) }
    }

    mutating func pass() throws(ModelError) {
        do throws(JSONError) { try skip() } catch { throw ModelError(error) }
    }

    mutating func passNumbers() throws(ModelError) { _ = try singles() }
}

/// The lines of LightGBM's text, taken one by one.
struct LightGBMLines {
    struct Line {
        /// What stands before the "=", or the whole line.
        var name: Substring
        /// Where the value lies in the file.
        var value: Range<Int>
        var isPair: Bool
    }
    let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Nil at the end of the file.
    mutating func next() throws(ModelError) -> Line? {
        guard position < bytes.count else { return nil }
        let start = position
        let end = bytes[start...].firstIndex(of: 0x0a) ?? bytes.count
        position = end + 1
        let last = end > start && bytes[end - 1] == 0x0d ? end - 1 : end
        let equals = bytes[start..<last].firstIndex(of: UInt8(ascii: "="))
        let name = String(validating: bytes[start..<min(equals ?? last, start + 256)], as: UTF8.self)
        guard let name else { throw ModelError(.malformed, "text that is not UTF-8", at: start) }
        return Line(name: name[...], value: (equals.map { $0 + 1 } ?? last)..<last, isPair: equals != nil)
    }

    func text(_ range: Range<Int>) throws(ModelError) -> String {
        guard let text = String(validating: bytes[range], as: UTF8.self) else {
            throw ModelError(.malformed, "text that is not UTF-8", at: range.lowerBound)
        }
        return text
    }

    func words(_ range: Range<Int>) throws(ModelError) -> [String] {
        try text(range).split(separator: " ").map { String($0) }
    }

    func int(_ range: Range<Int>) throws(ModelError) -> Int {
        let values = try ints(range)
        guard values.count == 1 else { throw ModelError(.malformed, "one number was expected", at: range.lowerBound) }
        return values[0]
    }

    /// Integers separated by spaces, none of more than eighteen digits.
    func ints(_ range: Range<Int>) throws(ModelError) -> [Int] {
        var values: [Int] = []
        try tokens(range) { token throws(ModelError) in
            var (magnitude, k) = (0, token.lowerBound)
            let isNegative = bytes[k] == UInt8(ascii: "-")
            if isNegative { k += 1 }
            guard k < token.upperBound, token.upperBound - k <= 18 else { throw malformed(token) }
            while k < token.upperBound {
                let digit = bytes[k] &- UInt8(ascii: "0")
                guard digit < 10 else { throw malformed(token) }
                magnitude = magnitude * 10 + Int(digit)
                k += 1
            }
            values.append(isNegative ? -magnitude : magnitude)
        }
        return values
    }

    /// Numbers separated by spaces, each as the nearest `Double`.
    func doubles(_ range: Range<Int>) throws(ModelError) -> [Double] {
        var values: [Double] = []
        try tokens(range) { token throws(ModelError) in
            guard token.count <= 64, let value = Double(String(decoding: bytes[token], as: UTF8.self)) else {
                throw malformed(token)
            }
            values.append(value)
        }
        return values
    }

    private func tokens(
        _ range: Range<Int>, _ token: (Range<Int>) throws(ModelError) -> Void
    ) throws(ModelError) {
        var start = range.lowerBound
        while start < range.upperBound {
            if bytes[start] == 0x20 {
                start += 1
                continue
            }
            var end = start
            while end < range.upperBound, bytes[end] != 0x20 { end += 1 }
            try token(start..<end)
            start = end
        }
    }

    private func malformed(_ token: Range<Int>) -> ModelError {
        let text = String(decoding: bytes[token.prefix(40)], as: UTF8.self)
        return ModelError(.malformed, "not a number: \(text)", at: token.lowerBound)
    }
}

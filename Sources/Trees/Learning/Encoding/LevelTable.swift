/// The texts that a category takes, numbered in the order in which they came. Looking one up allocates nothing.
///
/// The bytes lie one after the other; an open-addressed table of numbers, half empty, finds them by hash.
public struct LevelTable: Equatable, Sendable {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    /// A power of two of places: a level's number, or -1.
    private var places: [Int32] = [Int32](repeating: -1, count: 16)

    public init() {}

    /// Nil when one comes twice.
    public init?(_ levels: [String]) {
        for (number, level) in levels.enumerated() where insert(level) != number { return nil }
    }

    public var count: Int { ends.count }

    public subscript(_ number: Int) -> String { String(decoding: bytes[range(number)], as: UTF8.self) }

    public var levels: [String] { (0..<count).map { self[$0] } }

    /// The text's number, nil when it is unknown.
    public func number(of text: String) -> Int? {
        var text = text
        return text.withUTF8 { find($0).number }
    }

    /// The text's number, which it gets now when it is new.
    public mutating func insert(_ text: String) -> Int {
        var text = text
        return text.withUTF8 { text in
            if let known = find(text).number { return known }
            bytes.append(contentsOf: text)
            ends.append(bytes.count)
            if count * 2 > places.count {
                spread(over: places.count * 2)
            } else {
                places[find(text).place] = Int32(count - 1)
            }
            return count - 1
        }
    }

    /// Whether the levels are in the order of their bytes.
    var isSorted: Bool {
        (0..<max(0, count - 1)).allSatisfy { bytes[range($0)].lexicographicallyPrecedes(bytes[range($0 + 1)]) }
    }

    /// The text's number in a sorted table; of an unknown text, half a place before the first that follows it.
    func rank(of text: String) -> Float {
        var text = text
        return text.withUTF8 { text in
            if let known = find(text).number { return Float(known) }
            var (low, high) = (0, count)
            while low < high {
                let middle = (low + high) / 2
                if bytes[range(middle)].lexicographicallyPrecedes(text) { low = middle + 1 } else { high = middle }
            }
            return Float(low) - 0.5
        }
    }

    private func range(_ number: Int) -> Range<Int> { (number == 0 ? 0 : ends[number - 1])..<ends[number] }

    private func find(_ text: UnsafeBufferPointer<UInt8>) -> (place: Int, number: Int?) {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: Self.hash(text)) & mask
        while places[place] >= 0 {
            let number = Int(places[place])
            let range = range(number)
            if range.count == text.count, equal(text, from: range.lowerBound) { return (place, number) }
            place = (place + 1) & mask
        }
        return (place, nil)
    }

    private func equal(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
        for k in 0..<text.count where text[k] != bytes[start + k] { return false }
        return true
    }

    private mutating func spread(over size: Int) {
        places = [Int32](repeating: -1, count: size)
        for number in 0..<count {
            var place = bytes[range(number)].withUnsafeBufferPointer { Int(truncatingIfNeeded: Self.hash($0)) }
            place &= size - 1
            while places[place] >= 0 { place = (place + 1) & (size - 1) }
            places[place] = Int32(number)
        }
    }

    /// FNV-1a, its high bits folded into the low ones that are used.
    private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return hash ^ hash >> 32
    }
}

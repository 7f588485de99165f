import Glibc

/// The names of the elements that are open. Most have a few letters, which are compared as one number.
struct XMLElementStack {
    private struct Name {
        /// The first eight letters.
        let letters: UInt64
        let count: Int
    }

    private var names: [Name] = []
    /// The whole names of those that are longer, one after another.
    private var longNames: [UInt8] = []

    var count: Int { names.count }

    mutating func push(_ base: UnsafePointer<UInt8>, _ name: Range<Int>) {
        names.append(Name(letters: Self.letters(base, name), count: name.count))
        if name.count > 8 {
            longNames.append(contentsOf: UnsafeBufferPointer(start: base + name.lowerBound, count: name.count))
        }
    }

    mutating func pop() {
        if let name = names.popLast(), name.count > 8 { longNames.removeLast(name.count) }
    }

    func isLast(_ base: UnsafePointer<UInt8>, _ name: Range<Int>) -> Bool {
        guard let last = names.last, last.count == name.count, last.letters == Self.letters(base, name) else {
            return false
        }
        guard name.count > 8 else { return true }
        return longNames.withUnsafeBufferPointer { buffer in
            memcmp(buffer.baseAddress! + buffer.count - name.count, base + name.lowerBound, name.count) == 0
        }
    }

    private static func letters(_ base: UnsafePointer<UInt8>, _ name: Range<Int>) -> UInt64 {
        var letters: UInt64 = 0
        for k in name.prefix(8) { letters = letters << 8 | UInt64(base[k]) }
        return letters
    }
}

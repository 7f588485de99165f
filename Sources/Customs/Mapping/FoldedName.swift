/// A name reduced to what people mean by it: lower-case letters and digits, without accents, case and punctuation.
/// « N° Déclaration » and `N_DECLARATION` are the same.
struct FoldedName: Hashable, Sendable {
    let bytes: [UInt8]
    /// The words that it was made of, joined in `bytes`.
    let words: [[UInt8]]
    /// Headers longer than this name nothing.
    static let longest = 96

    var isEmpty: Bool { bytes.isEmpty }
    static func == (a: FoldedName, b: FoldedName) -> Bool { a.bytes == b.bytes }
    func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

    init(_ name: String) {
        var (bytes, words, word): ([UInt8], [[UInt8]], [UInt8]) = ([], [], [])
        func endWord() {
            if !word.isEmpty { words.append(word) }
            word.removeAll(keepingCapacity: true)
        }
        for scalar in (Mojibake.repaired(name) ?? name).unicodeScalars {
            guard bytes.count < Self.longest else { break }
            let (letter, second) = Self.letters(scalar)
            guard letter != 0 else {
                // A mark that stands on the letter before it ends no word; nor does the replacement of a lost letter.
                if !(0x0300...0x036f ~= scalar.value), scalar.value != 0xfffd { endWord() }
                continue
            }
            bytes.append(letter)
            word.append(letter)
            if second != 0 {
                bytes.append(second)
                word.append(second)
            }
        }
        endWord()
        (self.bytes, self.words) = (bytes, words)
    }

    /// One or two; 0 where there is none.
    private static func letters(_ scalar: Unicode.Scalar) -> (UInt8, UInt8) {
        switch scalar.value {
        case 0x61...0x7a, 0x30...0x39: (UInt8(scalar.value), 0)
        case 0x41...0x5a: (UInt8(scalar.value) | 0x20, 0)
        case 0xc0...0xc5, 0xe0...0xe5: (0x61, 0)
        case 0xc6, 0xe6: (0x61, 0x65)
        case 0xc7, 0xe7: (0x63, 0)
        case 0xc8...0xcb, 0xe8...0xeb: (0x65, 0)
        case 0xcc...0xcf, 0xec...0xef: (0x69, 0)
        case 0xd1, 0xf1: (0x6e, 0)
        case 0xd2...0xd6, 0xd8, 0xf2...0xf6, 0xf8: (0x6f, 0)
        case 0xd9...0xdc, 0xf9...0xfc: (0x75, 0)
        case 0xdd, 0xfd, 0xff, 0x178: (0x79, 0)
        case 0x152, 0x153: (0x6f, 0x65)
        default: (0, 0)
        }
    }
}

/// Letters and digits that recognition takes for one another, put right only where the form of a value leaves no choice.
enum Confusion {
    /// The digit that a character was, when it must be one.
    static func digit(_ character: Character) -> Character? {
        switch character {
        case "0"..."9": character
        case "O", "o", "Q", "D", "U": "0"
        case "I", "l", "|", "i", "!", "]", "[": "1"
        case "Z", "z": "2"
        case "S", "s", "$": "5"
        case "G", "b": "6"
        case "B": "8"
        case "g", "q": "9"
        case "A": "4"
        case "T": "7"
        case "€", "E": "6"
        default: nil
        }
    }

    /// The capital letter that a character was, when it must be one.
    static func letter(_ character: Character) -> Character? {
        switch character {
        case "A"..."Z": character
        case "a"..."z": Character(character.uppercased())
        case "0": "O"
        case "1", "|", "!": "I"
        case "2": "Z"
        case "5", "$": "S"
        case "6": "G"
        case "8": "B"
        case "4": "A"
        case "(": "C"
        default: nil
        }
    }

    /// Each character as a digit; nil when one cannot be. `changed` counts those that were not.
    static func digits(_ text: some Sequence<Character>, changed: inout Int) -> String? {
        var digits = ""
        for character in text {
            guard let digit = digit(character) else { return nil }
            if digit != character { changed += 1 }
            digits.append(digit)
        }
        return digits
    }

    /// Whether one text may have been read for the other: as long, and every difference a known confusion or one
    /// digit; or one character lost or won at an end.
    static func mayBe(_ read: String, _ meant: String) -> Bool {
        let (a, b) = (Array(read), Array(meant))
        if a.count == b.count { return zip(a, b).count { $0 != $1 } <= max(1, a.count / 5) }
        guard abs(a.count - b.count) == 1, min(a.count, b.count) >= 3 else { return false }
        return HeaderMatcher.editDistance(Array(read.utf8), Array(meant.utf8), atMost: 1) != nil
    }
}

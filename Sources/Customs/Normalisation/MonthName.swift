/// French and English names of months, whole or shortened.
enum MonthName {
    /// Reads letters, and a point after them, from `position` on.
    static func read(_ text: Span<UInt8>, _ position: inout Int, _ end: Int) -> Int? {
        // Nine letters of five bits each tell all names apart.
        var (letters, count): (UInt64, Int) = (0, 0)
        while position < end, count <= 9 {
            let byte = text[position]
            if 0x41...0x5a ~= byte & 0xdf {
                letters = letters << 5 | UInt64(byte & 0x1f)
            } else if byte == 0xc3, position + 1 < end, let letter = accented(text[position + 1]) {
                letters = letters << 5 | UInt64(letter & 0x1f)
                position += 1
            } else {
                break
            }
            count += 1
            position += 1
        }
        if position < end, text[position] == 0x2e { position += 1 }
        return months[letters]
    }

    private static func accented(_ second: UInt8) -> UInt8? {
        switch second | 0x20 {
        case 0xa9: 0x45
        case 0xbb: 0x55
        default: nil
        }
    }

    private static let months: [UInt64: Int] = {
        let names: [[StaticString]] = [
            ["JAN", "JANV", "JANVIER", "JANUARY"], ["FEV", "FEVR", "FEVRIER", "FEB", "FEBRUARY"],
            ["MAR", "MARS", "MARCH"], ["AVR", "AVRIL", "APR", "APRIL"], ["MAI", "MAY"], ["JUN", "JUIN", "JUNE"],
            ["JUL", "JUIL", "JUILLET", "JULY"], ["AOU", "AOUT", "AUG", "AUGUST"],
            ["SEP", "SEPT", "SEPTEMBRE", "SEPTEMBER"], ["OCT", "OCTOBRE", "OCTOBER"], ["NOV", "NOVEMBRE", "NOVEMBER"],
            ["DEC", "DECEMBRE", "DECEMBER"],
        ]
        var months: [UInt64: Int] = [:]
        for (index, spellings) in names.enumerated() {
            for name in spellings {
                let letters = name.description.utf8.reduce(UInt64(0)) { $0 << 5 | UInt64($1 & 0x1f) }
                months[letters] = index + 1
            }
        }
        return months
    }()
}

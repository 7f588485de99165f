/// How a number is shown, as far as that changes what it means.
enum CellFormat: Sendable, Equatable {
    case number
    /// A day, with the time of day if the number has one.
    case date
    /// A time of day, with the day if the number has one.
    case time
    case percent
    /// A code, with zeros in front up to that many digits.
    case padded(Int)

    /// The formats that every program knows by number.
    init(builtIn id: Int) {
        switch id {
        case 9, 10: self = .percent
        case 14...17, 22, 27...31, 36, 50...54, 57, 58: self = .date
        case 18...21, 32...35, 45, 47, 55, 56: self = .time
        default: self = .number
        }
    }

    /// From a format's code, of which the first section counts: `dd/mm/yyyy;@`.
    init(code: String) {
        let marks = Marks(code)
        if marks.isGeneral || marks.isElapsed {
            self = .number
        } else if marks.hasDay {
            self = .date
        } else if marks.hasHour {
            self = .time
        } else if marks.hasPercent {
            self = .percent
        } else if marks.hasMonth, !marks.hasDigits {
            self = .date
        } else if marks.isOnlyZeros, 2...30 ~= marks.zeros {
            self = .padded(marks.zeros)
        } else {
            self = .number
        }
    }

    /// What the first section of a code holds, quoted texts, escapes and brackets left out.
    private struct Marks {
        var (hasDay, hasMonth, hasHour, hasPercent, hasDigits) = (false, false, false, false, false)
        /// `[h]:mm`: hours that may be more than a day's.
        var isElapsed = false
        var isGeneral = false
        var isOnlyZeros = true
        var zeros = 0

        init(_ code: String) {
            var rest = code.lowercased()[...]
            isGeneral = rest.hasPrefix("general") || rest.hasPrefix("standard")
            while let mark = rest.popFirst(), mark != ";" {
                switch mark {
                case "\"": rest = rest.drop { $0 != "\"" }.dropFirst()
                case "\\", "_", "*": rest = rest.dropFirst()
                case "[":
                    let inside = rest.prefix { $0 != "]" }
                    isElapsed = isElapsed || !inside.isEmpty && inside.allSatisfy { "hms".contains($0) }
                    rest = rest.dropFirst(inside.count + 1)
                    continue
                default: take(mark)
                }
                if mark != "0" { isOnlyZeros = false }
            }
        }

        private mutating func take(_ mark: Character) {
            switch mark {
            case "d", "y": hasDay = true
            case "h", "s": hasHour = true
            case "m": hasMonth = true
            case "%": hasPercent = true
            case "0":
                zeros += 1
                hasDigits = true
            case "#", "?": hasDigits = true
            default: break
            }
        }
    }
}

extension ValueDecoder {
    /// Groups of digits and the marks between them, confusions put right; nil for anything else.
    private func groups(_ text: String) -> (groups: [String], marks: [Character], repairs: Int)? {
        var text = text.trimmed(of: " .,;:-()")
        for unit in ["FCFA", "F.CFA", "XOF", "KGS", "KG", "CFA", "F"] where text.uppercased().hasSuffix(unit) {
            text = String(text.dropLast(unit.count)).trimmed(of: " .,;:-")
            break
        }
        let digits = text.count { $0.isASCII && $0.isNumber }
        guard digits > 0, text.count <= 24 else { return nil }
        var (groups, marks, repairs) = ([""], [Character](), 0)
        for character in text {
            switch character {
            case " ", ".", ",", "'", "’", "\u{a0}", "\u{202f}":
                let mark: Character = character == "." || character == "," ? character : " "
                if groups[groups.count - 1].isEmpty {
                    // Two marks in a row: a point that stood beside a space.
                    guard !marks.isEmpty, isRecognised else { return nil }
                    if mark != " " { marks[marks.count - 1] = mark }
                } else {
                    groups.append("")
                    marks.append(mark)
                }
            default:
                guard let digit = Confusion.digit(character), digit == character || isRecognised else { return nil }
                repairs += digit == character ? 0 : 1
                groups[groups.count - 1].append(digit)
            }
        }
        guard let last = groups.last, !last.isEmpty, repairs == 0 || digits >= repairs else { return nil }
        return (groups, marks, repairs)
    }

    private func isThousands(_ groups: ArraySlice<String>) -> Bool {
        guard let first = groups.first else { return false }
        return groups.count == 1 || ((1...3).contains(first.count) && groups.dropFirst().allSatisfy { $0.count == 3 })
    }

    private func whole(_ groups: ArraySlice<String>) -> String {
        let digits = groups.joined()
        let trimmed = digits.drop { $0 == "0" }
        return trimmed.isEmpty ? "0" : String(trimmed)
    }

    func integer(_ text: String) -> Decoded? {
        guard let (groups, marks, repairs) = groups(text), isThousands(groups[...]), groups.joined().count <= 9
        else { return nil }
        // `12,500` packages: a mark that stands before decimals elsewhere does not part thousands.
        if marks.count == 1, marks[0] == style.decimal, !isRecognised { return nil }
        return made(whole(groups[...]), text, repairs)
    }

    /// FCFA have no decimals; `,00` after them changes nothing.
    func amount(_ text: String) -> Decoded? {
        guard let (read, marks, repairs) = groups(text) else { return nil }
        var groups = read
        if groups.count > 1, let last = groups.last, last.count <= 2, last.allSatisfy({ $0 == "0" }),
            marks[marks.count - 1] != " "
        {
            groups.removeLast()
        }
        guard groups.joined().count <= 15 else { return nil }
        if isThousands(groups[...]) { return made(whole(groups[...]), text, repairs) }
        // A mark between thousands that was not recognised: `1481.137` can only be 1 481 137.
        guard isRecognised, groups[0].count <= 6, groups.dropFirst().allSatisfy({ $0.count == 3 || $0.count == 6 })
        else { return nil }
        return made(whole(groups[...]), text, repairs + 1)
    }

    /// Kilograms to the gram, as they are nearly always written.
    func weight(_ text: String) -> Decoded? {
        guard let (groups, marks, repairs) = groups(text), groups.joined().count <= 13 else { return nil }
        guard let last = groups.last else { return nil }
        guard let mark = marks.last else {
            var found = made(whole(groups[...]), text, repairs)
            // Where all weights have decimals, one without them has probably lost its mark.
            if style.weightDecimals != nil, isRecognised { found.fitness *= last.count > 3 ? 0.4 : 0.7 }
            return found
        }
        let isDecimal: Bool
        if last.count != 3 {
            isDecimal = mark != " "
        } else if mark == " " {
            isDecimal = false
        } else if let decimal = style.decimal, decimal != mark {
            isDecimal = isRecognised && (marks.count > 1 || groups[0].count > 3)
        } else {
            isDecimal = marks.count == 1 || marks.dropLast().allSatisfy { $0 != mark } || isRecognised
        }
        if isDecimal {
            // No scale shows tenths of grams: a rule beside the number was taken for a digit.
            guard isThousands(groups.dropLast()), last.count <= 3 || !isRecognised else { return nil }
            return made(whole(groups.dropLast()) + "." + last, text, repairs)
        }
        guard isThousands(groups[...]) else { return nil }
        var found = made(whole(groups[...]), text, repairs)
        if style.weightDecimals != nil, isRecognised { found.fitness *= 0.5 }
        return found
    }

    func quantity(_ text: String) -> Decoded? {
        guard let (groups, marks, repairs) = groups(text), groups.joined().count <= 13, let last = groups.last else {
            return nil
        }
        guard let mark = marks.last else { return made(whole(groups[...]), text, repairs) }
        let isDecimal = mark != " " && (last.count != 3 || (marks.count == 1 && mark == style.decimal))
        if isDecimal {
            guard isThousands(groups.dropLast()) else { return nil }
            return made(whole(groups.dropLast()) + "." + last, text, repairs)
        }
        return isThousands(groups[...]) ? made(whole(groups[...]), text, repairs) : nil
    }

    /// `5.865,39`; the last mark stands before decimals when their number is usual.
    func decimalNumber(_ text: String, usual: Int) -> Decoded? {
        guard let (groups, marks, repairs) = groups(text), groups.joined().count <= 15, let last = groups.last else {
            return nil
        }
        guard let mark = marks.last else { return made(whole(groups[...]), text, repairs) }
        let isDecimal =
            mark != " "
            && (last.count != 3
                || (usual == 3 && marks.count == 1 && groups[0].count <= 4)
                || (mark == style.decimal && (marks.count == 1 || marks.dropLast().allSatisfy { $0 != mark })))
        if isDecimal {
            guard isThousands(groups.dropLast()) else { return nil }
            return made(whole(groups.dropLast()) + "." + last, text, repairs)
        }
        return isThousands(groups[...]) ? made(whole(groups[...]), text, repairs) : nil
    }

    /// A rate in per cent; `2000` was `20,00`, since rates have two decimals where the table's others have.
    func rate(_ text: String) -> Decoded? {
        let bare = text.trimmed(of: " %;:-()")
        guard let (groups, marks, repairs) = groups(bare) else { return nil }
        if groups.count == 2, marks[0] != " " || isRecognised, groups[1].count <= 4 {
            return made(whole(groups[...0]) + "." + groups[1], text, repairs)
        }
        guard groups.count == 1 else { return nil }
        if groups[0].count >= 3, isRecognised {
            let digits = groups[0]
            var found = made(whole([String(digits.dropLast(2))][...]) + "." + digits.suffix(2), text, repairs + 1)
            found.fitness = 0.6
            return found
        }
        return groups[0].count <= 3 ? made(whole(groups[...]), text, repairs) : nil
    }
}

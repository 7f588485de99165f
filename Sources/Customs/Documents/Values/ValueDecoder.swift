import Platform

/// Reads words of a document as values of a kind.
struct ValueDecoder: Sendable {
    let layout: Layout
    let countries: CountryTable
    var style: NumberStyle
    /// Whether characters may have been taken for others.
    var isRecognised: Bool

    /// The value that a whole text is; nil when it has not its form.
    func decode(_ kind: DocumentKind, _ text: String) -> Decoded? {
        let text = text.trimmed(of: " ;,:|_-–—/")
        guard !text.isEmpty, text.utf8.count <= 400 else { return nil }
        return switch kind {
        case .numero: number(text)
        case .annee: year(text)
        case .bureau: office(text)
        case .date: date(text)
        case .code: code(text)
        case .regime: regime(text)
        case .ninea: digits(text, 9...9)
        case .chiffres: digits(text, 3...8)
        case .twoDigits: digits(text, 2...2)
        case .entier: integer(text)
        case .montant: amount(text)
        case .poids: weight(text)
        case .quantite: quantity(text)
        case .nombre: decimalNumber(text, usual: 2)
        case .change: decimalNumber(text, usual: 3)
        case .pays: country(text)
        case .devise: word(text, layout.currencies)
        case .incoterm: word(text, layout.terms)
        case .unite: word(text, layout.units)
        case .manifeste: manifest(text)
        case .conteneur: container(text)
        case .barres: slashed(text)
        case .connaissement: billOfLading(text)
        case .dpi: importNotice(text)
        case .tariffCode: tariffCode(text)
        case .texte, .longText: plain(text)
        }
    }

    /// How many words a value of the kind may have.
    func mostWords(_ kind: DocumentKind) -> Int {
        switch kind {
        case .numero, .manifeste, .date, .pays: 3
        case .tariffCode: 4
        case .conteneur, .ninea, .dpi, .barres: 2
        case .entier, .montant, .poids, .quantite, .nombre, .change: 6
        case .texte, .longText: 60
        default: 1
        }
    }

    /// The text as digits only, confusions put right when most characters are digits already.
    func digits(_ text: String, _ allowed: ClosedRange<Int>) -> Decoded? {
        let bare = text.filter { $0 != " " }
        var repairs = 0
        guard allowed.contains(bare.count), let value = digitsOnly(bare, &repairs) else { return nil }
        return made(value, text, repairs)
    }

    func digitsOnly(_ text: String, _ repairs: inout Int) -> String? {
        let count = text.count { $0.isASCII && $0.isNumber }
        guard count == text.count || (isRecognised && 2 * count >= text.count && count > 0) else { return nil }
        return Confusion.digits(text, changed: &repairs)
    }

    func made(_ value: String, _ raw: String, _ repairs: Int = 0, others: [String: String] = [:]) -> Decoded {
        Decoded(
            value: value, raw: raw, repairs: repairs, fitness: max(0.3, 1 - 0.15 * Double(repairs)), others: others)
    }

    private func year(_ text: String) -> Decoded? {
        guard let found = digits(text, 4...4), let year = Int(found.value), 1990...2049 ~= year else { return nil }
        return found
    }

    /// Two digits and a letter: `105` was `10S`.
    func office(_ text: String) -> Decoded? {
        let characters = Array(text)
        guard characters.count == 3 else { return nil }
        var repairs = 0
        guard let first = digitsOnly(String(characters[0...1]), &repairs) else { return nil }
        if characters[2].isASCII, characters[2].isLetter {
            let letter = characters[2].uppercased()
            return made(first + letter, text, repairs + (letter == String(characters[2]) ? 0 : 1))
        }
        guard isRecognised, let letter = Confusion.letter(characters[2]) else { return nil }
        return made(first + String(letter), text, repairs + 1)
    }

    /// `2023 10S 10033`, or the number alone.
    private func number(_ text: String) -> Decoded? {
        let parts = text.split { $0 == " " || $0 == "/" || $0 == "-" }.map(String.init)
        if parts.count == 3, let year = year(parts[0]), let office = office(parts[1]),
            let number = digits(parts[2], 1...7)
        {
            return made(
                number.value, text, year.repairs + office.repairs + number.repairs,
                others: ["annee": year.value, "bureau": office.value])
        }
        if let whole = glued(parts) {
            return made(whole.number, text, others: ["annee": whole.year, "bureau": whole.office])
        }
        guard parts.count == 1 else { return nil }
        return digits(text, 1...7)
    }

    private func manifest(_ text: String) -> Decoded? {
        let parts = text.split { $0 == " " || $0 == "/" || $0 == "-" }.map(String.init)
        if parts.count == 3, let year = year(parts[0]), let office = office(parts[1]),
            let number = digits(parts[2], 1...7)
        {
            return made(
                "\(year.value) \(office.value) \(number.value)", text, year.repairs + office.repairs + number.repairs)
        }
        return glued(parts).map { made("\($0.year) \($0.office) \($0.number)", text) }
    }

    /// `2023 11N89022`: the letter of the office parts what recognition has joined.
    private func glued(_ parts: [String]) -> (year: String, office: String, number: String)? {
        guard isRecognised, parts.count < 3 else { return nil }
        let all = Array(parts.joined())
        guard 8...14 ~= all.count, let year = year(String(all[0..<4])), year.repairs == 0, all[6].isASCII,
            all[6].isUppercase, (all[4...5] + all[7...]).allSatisfy({ $0.isASCII && $0.isNumber })
        else { return nil }
        return (year.value, String(all[4...6]), String(all[7...]))
    }

    private func date(_ text: String) -> Decoded? {
        if let days = DateText.read(text.utf8.span), isLikely(days), text.utf8.count >= 6 {
            return made(CivilDate(daysSinceEpoch: days).description, text)
        }
        guard isRecognised, 8...10 ~= text.count else { return nil }
        var (fixed, repairs) = ("", 0)
        for character in text {
            if "/-. ".contains(character) {
                fixed.append(character)
            } else if let digit = Confusion.digit(character) {
                repairs += digit == character ? 0 : 1
                fixed.append(digit)
            } else {
                return nil
            }
        }
        guard repairs <= 2, let days = DateText.read(fixed.utf8.span), isLikely(days) else { return nil }
        return made(CivilDate(daysSinceEpoch: days).description, text, repairs)
    }

    /// From 1990 to 2049, as years are.
    private func isLikely(_ days: Int) -> Bool { 7305...29_219 ~= days }

    private func regime(_ text: String) -> Decoded? {
        let characters = Array(text)
        guard 2...5 ~= characters.count else { return nil }
        var repairs = 0
        guard let rest = digitsOnly(String(characters[1...]), &repairs) else { return nil }
        if characters[0].isASCII, characters[0].isLetter {
            return made(characters[0].uppercased() + rest, text, repairs)
        }
        guard isRecognised, let letter = Confusion.letter(characters[0]) else { return nil }
        return made(String(letter) + rest, text, repairs + 1)
    }

    private func code(_ text: String) -> Decoded? {
        guard text.utf8.count <= 30, !text.contains(" "), text.contains(where: \.isNumber),
            text.allSatisfy({ ($0.isASCII && ($0.isLetter || $0.isNumber)) || "/-.".contains($0) })
        else { return nil }
        return made(text.uppercased(), text)
    }

    private func slashed(_ text: String) -> Decoded? {
        let parts = text.filter { $0 != " " }.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var repairs = 0
        var values: [String] = []
        for part in parts {
            guard !part.isEmpty, part.count <= 6, let value = Confusion.digits(part, changed: &repairs) else {
                return nil
            }
            values.append(value)
        }
        guard repairs == 0 || isRecognised, repairs <= 3 else { return nil }
        return made(values.joined(separator: "/"), text, repairs)
    }

    private func importNotice(_ text: String) -> Decoded? {
        let parts = text.filter { $0 != " " }.split(separator: "/")
        guard parts.count == 2, let year = year(String(parts[0])), 3...12 ~= parts[1].count,
            parts[1].dropFirst().allSatisfy(\.isNumber)
        else { return nil }
        return made("\(year.value)/\(parts[1].uppercased())", text, year.repairs)
    }

    private func billOfLading(_ text: String) -> Decoded? {
        let bare = text.uppercased()
        guard 6...24 ~= bare.count, bare.count(where: \.isNumber) >= 3,
            bare.allSatisfy({ ($0.isASCII && ($0.isLetter || $0.isNumber)) || $0 == "-" })
        else { return nil }
        return made(bare, text)
    }

    /// Ten digits in whatever groups.
    func tariffCode(_ text: String) -> Decoded? {
        let bare = text.filter { !" .-·,".contains($0) }
        guard bare.count == 10 else { return nil }
        var repairs = 0
        guard let value = digitsOnly(bare, &repairs), repairs <= 3 else { return nil }
        let chapter = Int(value.prefix(2)) ?? 0
        guard 1...97 ~= chapter else { return nil }
        return made(value, text, repairs)
    }

    private func country(_ text: String) -> Decoded? {
        let letters = Array(text)
        if letters.count == 2 {
            let upper = text.uppercased().utf8.map(\.self)
            if upper.count == 2, countries.contains(upper[0], upper[1]) {
                return made(text.uppercased(), text, text == text.uppercased() ? 0 : 1)
            }
            guard isRecognised, let a = Confusion.letter(letters[0]), let b = Confusion.letter(letters[1]),
                let first = a.asciiValue, let second = b.asciiValue, countries.contains(first, second)
            else { return nil }
            return made(String([a, b]), text, 2)
        }
        guard letters.count >= 4, letters.count <= 40, let code = countries.code(meantBy: text) else { return nil }
        return made(code, text)
    }

    private func word(_ text: String, _ known: Set<String>) -> Decoded? {
        let upper = text.uppercased().trimmed(of: ".,;()")
        if known.contains(upper) { return made(upper, text) }
        guard isRecognised, upper.count >= 2 else { return nil }
        var fixed = ""
        for character in upper {
            guard let letter = Confusion.letter(character) else { return nil }
            fixed.append(letter)
        }
        return known.contains(fixed) ? made(fixed, text, 1) : nil
    }

    private func container(_ text: String) -> Decoded? {
        let bare = Array(text.uppercased().filter { !" -/.,".contains($0) })
        guard bare.count == 11 else { return nil }
        var (value, repairs) = ("", 0)
        for (k, character) in bare.enumerated() {
            guard let fixed = k < 4 ? Confusion.letter(character) : Confusion.digit(character) else { return nil }
            repairs += fixed == character ? 0 : 1
            value.append(fixed)
        }
        guard repairs == 0 || (isRecognised && repairs <= 3) else { return nil }
        guard "UJZ".contains(value[value.index(value.startIndex, offsetBy: 3)]) else { return nil }
        var found = made(value, text, repairs)
        if !ContainerNumber.isValid(value.utf8.span) { found.fitness *= 0.6 }
        return found
    }

    private func plain(_ text: String) -> Decoded? {
        guard text.contains(where: { $0.isLetter || $0.isNumber }) else { return nil }
        return made(text, text)
    }
}

/// Reads codes: brings them to their canonical form, or says why they have none.
struct CodeReader: Sendable {
    let countries: CountryTable
    /// How many digits a tariff code must have.
    let digits: Int
    let anyOffice: Bool
    let anyCountry: Bool

    enum Outcome {
        case taken
        case takenWith(ReadingWarning.Code)
        /// Left out, which a person should know.
        case absent(ReadingWarning.Code)
        case refused(RejectReason.Code)
        /// Free text or a code without a form of its own: to be kept as it is.
        case plain
    }

    /// Appends the canonical form of `text`, which is not empty and has no spaces around it.
    func read(_ text: Span<UInt8>, _ kind: Field.Kind, _ store: inout ArticleStore) -> Outcome {
        switch kind {
        case .annee: year(text, &store)
        case .bureau: office(text, &store)
        case .codeSH: tariffCode(text, &store)
        case .conteneur: container(text, &store)
        case .devise: currency(text, &store)
        case .ninea: ninea(text, &store)
        case .pays: country(text, &store)
        case .regime: regime(text, &store)
        case .code: number(text, &store)
        case .identifiant, .texte, .date, .entier, .montant, .nombre, .poids, .taux: .plain
        }
    }

    private func year(_ text: Span<UInt8>, _ store: inout ArticleStore) -> Outcome {
        guard text.count == 4, Self.areDigits(text) else { return .refused(.badYear) }
        let value = (0..<4).reduce(0) { $0 * 10 + Int(text[$1] & 0x0f) }
        guard 1990...2049 ~= value else { return .refused(.badYear) }
        store.append(text)
        return .taken
    }

    private func office(_ text: Span<UInt8>, _ store: inout ArticleStore) -> Outcome {
        if anyOffice {
            store.append(text)
            return .taken
        }
        guard text.count == 3, Self.areDigits(text.extracting(0..<2)), 0x41...0x5a ~= text[2] & 0xdf else {
            return .refused(.badOffice)
        }
        store.append(text.extracting(0..<2))
        store.append(text[2] & 0xdf)
        return .taken
    }

    /// Digits with spaces and points between them; an apostrophe or `="…"` that kept a spreadsheet from changing them.
    private func tariffCode(_ text: Span<UInt8>, _ store: inout ArticleStore) -> Outcome {
        var (start, end, count) = (0, text.count, 0)
        if text[0] == 0x27 {
            start = 1
        } else if text.count > 3, text[0] == 0x3d, text[1] == 0x22, text[text.count - 1] == 0x22 {
            (start, end) = (2, text.count - 1)
        }
        for k in start..<end {
            if text[k] &- 0x30 < 10 { count += 1 } else if !Self.isFiller(text, k) { return .refused(.badHS) }
        }
        guard count == digits else { return .refused(.badHS) }
        for k in start..<end where text[k] &- 0x30 < 10 { store.append(text[k]) }
        return start == 2 ? .takenWith(.formulaCell) : .taken
    }

    private func ninea(_ text: Span<UInt8>, _ store: inout ArticleStore) -> Outcome {
        var count = 0
        for k in text.indices {
            if text[k] &- 0x30 < 10 { count += 1 } else if !Self.isFiller(text, k) { return .absent(.unreadableNINEA) }
        }
        guard 4...9 ~= count else { return .absent(.unreadableNINEA) }
        for _ in count..<9 { store.append(0x30) }
        for k in text.indices where text[k] &- 0x30 < 10 { store.append(text[k]) }
        return count < 9 ? .takenWith(.paddedNINEA) : .taken
    }

    private func country(_ text: Span<UInt8>, _ store: inout ArticleStore) -> Outcome {
        if text.count == 2, countries.contains(text[0] & 0xdf, text[1] & 0xdf) {
            store.append(text[0] & 0xdf)
            store.append(text[1] & 0xdf)
            return .taken
        }
        if let code = countries.code(meantBy: String(copying: text)) {
            store.append(code.utf8.span)
            return .taken
        }
        guard anyCountry else { return .refused(.badCountry) }
        store.append(text)
        return .taken
    }

    private func container(_ text: Span<UInt8>, _ store: inout ArticleStore) -> Outcome {
        let start = store.bytes.count
        for k in text.indices where text[k] != 0x20 && text[k] != 0x2d && text[k] != 0x2f {
            store.append(0x61...0x7a ~= text[k] ? text[k] & 0xdf : text[k])
        }
        let isValid = ContainerNumber.isValid(store.bytes.span.extracting(start..<store.bytes.count))
        return isValid ? .taken : .takenWith(.containerCheck)
    }

    private func currency(_ text: Span<UInt8>, _ store: inout ArticleStore) -> Outcome {
        var letters: [UInt8] = []
        for k in text.indices where text[k] != 0x20 && text[k] != 0x2e && letters.count < 5 {
            letters.append(text[k] & 0xdf)
        }
        if ["FCFA", "CFA"].contains(String(decoding: letters, as: UTF8.self)) { letters = Array("XOF".utf8) }
        guard letters.count == 3, letters.allSatisfy({ 0x41...0x5a ~= $0 }) else { return .absent(.unreadableCurrency) }
        store.append(letters.span)
        return .taken
    }

    private func regime(_ text: Span<UInt8>, _ store: inout ArticleStore) -> Outcome {
        for k in text.indices { store.append(0x61...0x7a ~= text[k] ? text[k] & 0xdf : text[k]) }
        return .taken
    }

    /// A number whose thousands a spreadsheet set apart loses its spaces; any other code stays as it is.
    private func number(_ text: Span<UInt8>, _ store: inout ArticleStore) -> Outcome {
        for k in text.indices where text[k] &- 0x30 >= 10 && !Self.isSpace(text, k) { return .plain }
        for k in text.indices where text[k] &- 0x30 < 10 { store.append(text[k]) }
        return .taken
    }

    private static func areDigits(_ text: Span<UInt8>) -> Bool {
        for k in text.indices where text[k] &- 0x30 >= 10 { return false }
        return true
    }

    private static func isFiller(_ text: Span<UInt8>, _ k: Int) -> Bool { text[k] == 0x2e || isSpace(text, k) }

    /// A space, or a byte of one that is wider than a byte.
    private static func isSpace(_ text: Span<UInt8>, _ k: Int) -> Bool {
        switch text[k] {
        case 0x20: true
        case 0xc2: k + 1 < text.count && text[k + 1] == 0xa0
        case 0xa0: k > 0 && text[k - 1] == 0xc2
        case 0xe2: k + 2 < text.count && text[k + 1] == 0x80 && text[k + 2] == 0xaf
        case 0x80: k > 0 && k + 1 < text.count && text[k - 1] == 0xe2 && text[k + 1] == 0xaf
        case 0xaf: k > 1 && text[k - 1] == 0x80 && text[k - 2] == 0xe2
        default: false
        }
    }
}

import Reading

/// Looks again at places of a page whose first reading leaves doubts.
struct CloseLook {
    let rereading: any PageRereading
    /// More would take longer than the page itself.
    static let mostPlaces = 120

    struct Place {
        let zone: Zone
        let kind: DocumentKind
        /// Whether it is a rate of a tax.
        var isRate = false
    }

    /// What each place says, in the order asked; nil where it has not the form that it must have.
    func read(_ places: [Place], of sheet: Sheet, _ decoder: ValueDecoder) -> [(value: Decoded, confidence: Double)?] {
        guard !places.isEmpty else { return [] }
        let asked = places.prefix(Self.mostPlaces).map { place in
            (box: grown(place.zone, sheet).box(aspect: sheet.aspect), alphabet: Self.alphabet(place))
        }
        // A page that cannot be looked at again keeps its first reading.
        guard let words = try? rereading.read(asked, ofPage: sheet.number), words.count == asked.count else {
            return places.map { _ in nil }
        }
        return places.indices.map { k in
            guard k < words.count, !words[k].text.isEmpty else { return nil }
            let value = places[k].isRate ? decoder.rate(words[k].text) : decoder.decode(places[k].kind, words[k].text)
            return value.map { ($0, Double(words[k].confidence) * $0.fitness) }
        }
    }

    private func grown(_ zone: Zone, _ sheet: Sheet) -> Zone {
        let margin = 0.15 * max(zone.height, 0.6 * sheet.unit)
        return Zone(
            left: max(0, zone.left - 2 * margin), top: max(0, zone.top - margin),
            right: min(1, zone.right + 2 * margin),
            bottom: zone.bottom + margin)
    }

    private static func alphabet(_ place: Place) -> PageAlphabet {
        if place.isRate { return .number }
        return switch place.kind {
        case .entier, .ninea, .chiffres, .twoDigits, .annee: .digits
        case .montant, .poids, .nombre, .change, .quantite, .date, .barres, .tariffCode: .number
        case .bureau, .regime, .pays, .devise, .incoterm, .conteneur, .connaissement, .unite, .code: .code
        case .numero, .manifeste, .dpi, .texte, .longText: .any
        }
    }
}

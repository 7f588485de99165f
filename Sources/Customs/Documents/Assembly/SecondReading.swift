import Reading

/// Has the doubtful values of a declaration looked at again.
struct SecondReading {
    let look: CloseLook
    let layout: Layout
    let sheets: [Sheet]
    let decoder: (Sheet) -> ValueDecoder

    /// Returns the draft with what a closer look says; `settled` tells, after the checks, which values are doubtful.
    func revise(_ draft: DraftDeclaration, settled: DraftDeclaration) -> DraftDeclaration {
        var draft = draft
        for sheet in sheets where sheet.source == .recognition && draft.pages.contains(sheet.number) {
            let names = settled.fields.filter { $0.value.page == sheet.number && isDoubtful($0.value) }.keys
                .filter { draft.fields[$0] != nil && place($0, settled) != nil }.sorted()
            let places = names.compactMap { place($0, settled) }
            for (name, found) in zip(names, look.read(places, of: sheet, decoder(sheet))) {
                guard let found, let first = draft.fields[name] else { continue }
                draft.fields[name] = merged(first, found, isContradicted: settled.fields[name]?.contradictions ?? 0 > 0)
                if draft.fields[name]?.value != first.value { draft.others[name, default: []].append(first) }
            }
        }
        return draft
    }

    private func isDoubtful(_ reading: FieldReading) -> Bool {
        reading.contradictions > 0 || reading.wasCorrected || (reading.confirmations == 0 && reading.legibility < 0.85)
    }

    private func merged(
        _ first: FieldReading, _ found: (value: Decoded, confidence: Double), isContradicted: Bool
    ) -> FieldReading {
        var reading = first
        if found.value.value == first.value {
            reading.legibility = max(first.legibility, min(0.97, 0.5 * (first.legibility + found.confidence) + 0.15))
            reading.trace.append("relu de près : pareil")
        } else if isContradicted || found.confidence > first.legibility + 0.05 {
            reading.trace.append("relu de près : « \(found.value.raw) »")
            let words = reading.decoded.words
            reading.decoded = found.value
            reading.decoded.words = words
            reading.legibility = found.confidence * 0.95
        }
        return reading
    }

    private func place(_ name: String, _ draft: DraftDeclaration) -> CloseLook.Place? {
        guard let reading = draft.fields[name] else { return nil }
        let parts = name.split(separator: ".")
        if parts[0] == "taxes" || parts[0] == "totaux" {
            return .init(zone: reading.zone, kind: .montant, isRate: parts.last == "taux")
        }
        guard let kind = layout.kind(of: String(parts[parts.count - 1])), !kind.isText, name != "annee" else {
            return nil
        }
        return .init(zone: reading.zone, kind: kind)
    }
}

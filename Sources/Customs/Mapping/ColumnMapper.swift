/// Finds the fields of a header row: by name, then by resemblance, then by what the columns hold.
struct ColumnMapper: Sendable {
    let vocabulary: Vocabulary
    let matcher: HeaderMatcher
    let countries: CountryTable
    private let known = KnownHeaders()

    /// Comparing a header with all names takes time: a hostile file may not ask for it without end.
    static let mostSimilarColumns = 200
    static let mostSimilarRows = 20

    init(_ vocabulary: Vocabulary, _ countries: CountryTable) {
        (self.vocabulary, self.countries, matcher) = (vocabulary, countries, HeaderMatcher(vocabulary))
    }

    /// How many of the cells name a field.
    func recognised(_ header: [FoldedName], file: MappingFile?, similar: Bool) -> Int {
        if let file {
            let known = Set(file.columns.keys.map(FoldedName.init))
            return header.count { known.contains($0) }
        }
        let looked = similar ? header.prefix(Self.mostSimilarColumns) : header[...]
        return looked.count { name in
            !name.isEmpty && (!matcher.exact(name).isEmpty || similar && matcher.similar(name) != nil)
        }
    }

    /// The mapping that a person wrote, applied to a header.
    func follow(_ file: MappingFile, _ header: [String]) -> ColumnMapping {
        let columns = Dictionary(
            file.columns.map { (FoldedName($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
        var mapping = ColumnMapping(columns: unnamed(header), file: file)
        for index in header.indices {
            let name = FoldedName(header[index])
            guard let column = columns[name], let field = vocabulary.index(of: column.field) else { continue }
            mapping.columns[index].field = field
            mapping.columns[index].score = 1
            mapping.columns[index].explanation = "donné par la correspondance « \(file.name) »"
            mapping.columns[index].transformation = column
        }
        markDuplicates(&mapping)
        return mapping
    }

    /// What the names alone tell, if they tell all. Nil when the values have to be looked at.
    func find(named header: [String]) -> ColumnMapping? {
        if let mapping = known[header] { return mapping }
        let mapping = find(header, [ColumnEvidence](repeating: ColumnEvidence(), count: header.count))
        guard mapping.columns.allSatisfy({ $0.field != nil }) else { return nil }
        known.remember(mapping, of: header)
        return mapping
    }

    /// What the header's names and the columns' first values tell.
    func find(_ header: [String], _ evidence: [ColumnEvidence]) -> ColumnMapping {
        var mapping = ColumnMapping(columns: unnamed(header), file: nil)
        let names = header.map(FoldedName.init)
        let candidates = names.map(matcher.exact)
        var claimed = Set(candidates.compactMap { $0.first { $0.rank < .fallback }?.field })
        for index in header.indices {
            // Where nothing says `valeur_caf` itself, « Valeur en douane » does.
            let fallback = candidates[index].first { $0.rank == .fallback && !claimed.contains($0.field) }
            guard let best = fallback ?? candidates[index].first(where: { $0.rank < .fallback }) else { continue }
            if best.rank == .fallback { claimed.insert(best.field) }
            let way = best.rank == .name ? "nom du champ" : "autre nom connu : « \(best.name) »"
            assign(&mapping, index, best, way, evidence)
        }
        let unknown = header.indices.filter { candidates[$0].isEmpty }.prefix(Self.mostSimilarColumns)
        for index in unknown {
            guard let best = matcher.similar(names[index]), claimed.insert(best.field).inserted else { continue }
            assign(&mapping, index, best, "ressemble à « \(best.name) »", evidence)
        }
        ContentMatcher(vocabulary: vocabulary).complete(&mapping, &claimed, evidence)
        markDuplicates(&mapping)
        return mapping
    }

    private func unnamed(_ header: [String]) -> [ColumnMapping.Column] {
        var seen: Set<FoldedName> = []
        return header.enumerated().map { index, name in
            .init(
                index: index, header: name, score: 0, explanation: "aucun champ connu ne porte ce nom",
                isRepeated: !seen.insert(FoldedName(name)).inserted && !name.isEmpty)
        }
    }

    private func assign(
        _ mapping: inout ColumnMapping, _ index: Int, _ candidate: HeaderMatcher.Candidate, _ way: String,
        _ evidence: [ColumnEvidence]
    ) {
        var (score, explanation) = (candidate.score, way)
        if let shape = ContentMatcher.shape(of: vocabulary.fields[candidate.field].kind) {
            let share = evidence[index].share(shape)
            if evidence[index].proves(shape) {
                (score, explanation) = (min(1, score + 0.02), explanation + ", et les valeurs le confirment")
            } else if evidence[index].filled >= ColumnEvidence.fewest, share < 0.2 {
                (score, explanation) = (score * 0.7, explanation + ", mais les valeurs n’en ont pas la forme")
            }
        }
        mapping.columns[index].field = candidate.field
        mapping.columns[index].score = score
        mapping.columns[index].explanation = explanation
    }

    /// Of two columns for one field the better named is taken; of equals the first, if they say the same.
    private func markDuplicates(_ mapping: inout ColumnMapping) {
        var owners: [Int: Int] = [:]
        for index in mapping.columns.indices {
            guard let field = mapping.columns[index].field else { continue }
            guard let owner = owners[field] else {
                owners[field] = index
                continue
            }
            let (first, second) = (mapping.columns[owner], mapping.columns[index])
            let areSameName = FoldedName(first.header) == FoldedName(second.header)
            if areSameName || isAlias(first) == isAlias(second) {
                mapping.columns[index].duplicateOf = owner
            } else {
                let loser = isAlias(first) ? owner : index
                if loser == owner { owners[field] = index }
                mapping.columns[loser].field = nil
                mapping.columns[loser].explanation = "une autre colonne porte mieux ce champ"
            }
        }
    }

    private func isAlias(_ column: ColumnMapping.Column) -> Bool {
        column.field.map { FoldedName(column.header) != FoldedName(vocabulary.fields[$0].name) } ?? true
    }
}

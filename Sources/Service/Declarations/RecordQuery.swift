import Crypto
import Decisions
import HTTP
import Platform

/// The criteria of a list, out of a query.
struct RecordQuery {
    private let query: Query

    /// The importer's number, as it was asked for.
    let importer: String?

    private static let names: Set<String> = [
        "chapitre", "bureau", "decision", "statut", "date_min", "date_max", "importateur", "q", "score_min", "sort",
        "cursor", "limit",
    ]

    init(_ query: Query) throws {
        self.query = query
        for name in try query.names where !Self.names.contains(name) {
            throw Self.refusal(name, "unknown_field", "ce critère n'existe pas")
        }
        importer = try Self.text(query, "importateur", 64)
    }

    /// What the principal may see of it.
    func filter(for principal: Principal) throws -> RecordStore.Filter {
        var filter = RecordStore.Filter()
        filter.chapter = try text("chapitre", 8).map { $0.hasPrefix("chap") ? String($0.dropFirst(4)) : $0 }
        filter.office = try text("bureau", 8)
        if let own = principal.bureau {
            // Another office's are no rows, as if they were not there.
            if let asked = filter.office, asked != own { filter.matchesNothing = true }
            filter.office = own
        }
        filter.lane = try word("decision", Set(Lane.allCases.map(\.rawValue)))
        filter.status = try word("statut", ["analysee", "traitee", "importee"])
        (filter.from, filter.to) = (try date("date_min"), try date("date_max"))
        filter.number = try text("q", 80)
        filter.leastScore = try number("score_min", 0...1)
        if let order = try word("sort", Set(RecordStore.Order.allCases.map(\.rawValue))) {
            filter.order = RecordStore.Order(rawValue: order) ?? .newest
        }
        filter.after = try cursor()
        if let limit = try text("limit", 4) {
            guard let limit = Int(limit), 1...200 ~= limit else {
                throw Self.refusal("limit", "invalid", "de 1 à 200")
            }
            filter.limit = limit
        }
        return filter
    }

    static func text(of line: RecordStore.Line) -> String {
        Base64.url.encode(Array("\(line.id) \(line.score ?? -1)".utf8))
    }

    private func cursor() throws -> RecordStore.Cursor? {
        guard let text = try text("cursor", 200) else { return nil }
        let parts = (Base64.url.decode(text) ?? []).split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
        guard parts.count == 2, let id = UUIDv7(parts[0]), let score = Double(parts[1]), -1...1 ~= score else {
            throw Self.refusal("cursor", "invalid", "ce n'est pas un curseur de cette liste")
        }
        return RecordStore.Cursor(id: id, score: score)
    }

    private func text(_ name: String, _ longest: Int) throws -> String? { try Self.text(query, name, longest) }

    private static func text(_ query: Query, _ name: String, _ longest: Int) throws -> String? {
        guard let text = try query.single(name), !text.isEmpty else { return nil }
        guard text.utf8.count <= longest, !text.utf8.contains(0) else {
            throw Self.refusal(name, "invalid", "texte trop long ou illisible")
        }
        return text
    }

    private func word(_ name: String, _ words: Set<String>) throws -> String? {
        guard let text = try text(name, 32) else { return nil }
        guard words.contains(text) else {
            throw Self.refusal(name, "invalid", "une de ces valeurs : \(words.sorted().joined(separator: ", "))")
        }
        return text
    }

    private func date(_ name: String) throws -> CivilDate? {
        guard let text = try text(name, 10) else { return nil }
        guard let date = CivilDate(iso: text) else {
            throw Self.refusal(name, "invalid", "une date s'écrit 2026-03-01")
        }
        return date
    }

    private func number(_ name: String, _ range: ClosedRange<Double>) throws -> Double? {
        guard let text = try text(name, 32) else { return nil }
        guard let number = Double(text), range ~= number else {
            throw Self.refusal(name, "invalid", "nombre hors bornes")
        }
        return number
    }

    private static func refusal(_ name: String, _ code: String, _ message: String) -> Problem {
        Problem(.validationFailed, items: [.init(pointer: name, code: code, message: message)])
    }
}

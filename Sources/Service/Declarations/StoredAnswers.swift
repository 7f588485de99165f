import Customs
import JSON
import Platform
import Postgres

/// Answers as they were stored: with the strongest contributions, which have sentences.
enum StoredAnswers {
    /// The same with all contributions: the features say what the weaker ones were.
    static func whole(_ answers: [[UInt8]], _ database: some Queryable) async throws -> [[UInt8]] {
        let values = try answers.map { try JSONValue(parsing: $0) }
        let contributions = try await contributions(to: values.compactMap(prediction), database)
        return values.map { value in
            let others = prediction(value).flatMap { contributions[$0] } ?? []
            return completed(value, others).jsonBytes()
        }
    }

    private static func prediction(_ answer: JSONValue) -> UUIDv7? {
        answer["prediction_id"]?.string.flatMap { UUIDv7($0) }
    }

    private static func completed(_ answer: JSONValue, _ all: [Explanation.Contribution]) -> JSONValue {
        guard case .object(var members) = answer, let place = members.firstIndex(where: { $0.name == "explication" }),
            case .object(var explanation) = members[place].value,
            let list = explanation.firstIndex(where: { $0.name == "contributions" }),
            case .array(let told) = explanation[list].value
        else { return answer }
        let names = Set(told.compactMap { $0["feature_name"]?.string })
        let others = all.filter { !names.contains($0.name) }
        explanation[list].value = .array(told + others.compactMap { try? JSONValue(parsing: $0.jsonBytes()) })
        members[place].value = .object(explanation)
        return .object(members)
    }

    /// Of each prediction, the strongest first.
    private static func contributions(
        to predictions: [UUIDv7], _ database: some Queryable
    ) async throws -> [UUIDv7: [Explanation.Contribution]] {
        let rows = try await database.query(
            """
            SELECT f.prediction_id, f.nombres, f.textes, f.shap, s.champs FROM features f
                JOIN feature_sets s ON s.empreinte = f.jeu AND s.chapitre = f.chapitre
            WHERE f.prediction_id = ANY ($1)
            """, predictions)
        return Dictionary(
            try rows.map { row in
                let fields = try JSONValue(parsing: try row.get("champs", as: JSONText.self).bytes).array ?? []
                let all = contributions(
                    fields, try row.get("nombres"), try row.get("textes"), try row.get("shap"))
                return (try row.get("prediction_id"), all)
            }, uniquingKeysWith: { first, _ in first })
    }

    /// The arrays hold numbers, then texts, each in the order of the fields.
    private static func contributions(
        _ fields: [JSONValue], _ numbers: [Double], _ texts: [String], _ shap: [Double]
    ) -> [Explanation.Contribution] {
        var (number, text) = (numbers.makeIterator(), texts.makeIterator())
        var found: [Explanation.Contribution] = []
        for (field, shap) in zip(fields, shap) {
            guard let name = field["nom"]?.string, let kind = field["genre"]?.string else { return [] }
            let value: Explanation.Value? =
                switch kind {
                case "texte": text.next().map { $0.isEmpty ? .missing : .text($0) }
                case "booleen": number.next().map { $0.isNaN ? .missing : .boolean($0 == 1) }
                default: number.next().map { $0.isNaN ? .missing : .number($0) }
                }
            guard let value else { return [] }
            if shap != 0 {
                found.append(.init(name: name, label: field["libelle"]?.string ?? name, value: value, shap: shap))
            }
        }
        return found.enumerated().sorted { a, b in
            let (left, right) = (a.element.importance, b.element.importance)
            return left == right ? a.offset < b.offset : left > right
        }.map(\.element)
    }
}

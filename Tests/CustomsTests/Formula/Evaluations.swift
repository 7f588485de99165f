import Customs
import Testing

/// A small schema with facts, and how the tests of formulas look at them.
enum Evaluations {
    static let schema = FactSchema([
        ("x", .nombre), ("y", .nombre), ("manque", .nombre), ("oui", .booleen), ("non_dit", .booleen),
        ("jour_depot", .date), ("jour_inconnu", .date), ("pays", .texte), ("code_sh", .texte), ("description", .texte),
        ("texte_absent", .texte),
    ])

    static var facts: Facts {
        var facts = Facts(for: schema)
        facts.set("x", 6)
        facts.set("y", 4)
        facts.set("oui", 1)
        // Thursday 2026-01-15.
        facts.set("jour_depot", 20468)
        facts.set("pays", "CI")
        facts.set("code_sh", "3004900090")
        facts.set("description", "Crème  éclaircissante au beurre de karité")
        return facts
    }

    static var library: FormulaLibrary {
        var library = FormulaLibrary()
        library.lists = [
            "cosmetiques": .texts(["creme", "parfum"]), "taux": .numbers([0, 5, 10]), "cedeao": .texts(["CI", "ML"]),
        ]
        library.tables = ["niveau": ["CI": 2, "FR": 5]]
        library.backOff = ["code_sh": .digits([10, 8, 6, 4, 2]), "pays": .all]
        return library
    }

    static func compile(_ text: String, _ kind: FactSchema.Kind? = nil) throws(FormulaError) -> Formula {
        try Formula.compile(text, schema: schema, expecting: kind, library: library)
    }

    static func number(_ text: String) throws -> Double {
        try compile(text).number(of: facts, in: FormulaWorkspace())
    }

    static func text(_ text: String) throws -> String? {
        try compile(text, .texte).text(of: facts, in: FormulaWorkspace())
    }

    static func holds(_ text: String) throws -> Bool? {
        try compile(text, .booleen).holds(for: facts, in: FormulaWorkspace())
    }

    static func error(_ text: String) -> FormulaError? {
        do throws(FormulaError) {
            _ = try compile(text)
            return nil
        } catch { return error }
    }
}

extension Facts {
    mutating func set(_ name: String, _ value: Double, in schema: FactSchema = Evaluations.schema) {
        if let field = schema[name] { numbers[field.slot] = value }
    }
    mutating func set(_ name: String, _ value: String, in schema: FactSchema = Evaluations.schema) {
        if let field = schema[name] { texts[field.slot] = value }
    }
}

@testable import Customs
import TestKit
import Testing

@Suite struct FormulaExpressionTests {
    @Test(arguments: [
        ("x+y*2", "x + y * 2"), ("(x+y)*2", "(x + y) * 2"), ("x-(y-1)", "x - (y - 1)"), ("((x))", "x"),
        ("if(x>1,2,3)", "si(x > 1; 2; 3)"), ("NOT oui AND oui", "non oui et oui"),
        ("non (oui et oui)", "non (oui et oui)"),
        ("x in (1,-2)", "x dans (1; -2)"), ("prefix(code_sh,4)='30'", "prefixe(code_sh; 4) = \"30\""),
        ("médiane(x; pays)", "mediane(x; pays)"), ("part(code_sh|pays)", "part(code_sh | pays)"), ("-(-x)", "--x"),
        ("(-2)^2", "(-2)^2"), ("2^-1", "2^-1"), ("(2^3)^2", "(2^3)^2"), ("\"a\"\"b\" = pays", "\"a\"\"b\" = pays"),
        ("70 000 000", "70000000"), ("(x = 1) = oui", "(x = 1) = oui"), ("TRUE", "vrai"),
    ])
    func thereIsOneCanonicalText(_ text: String, _ canonical: String) throws {
        #expect(try FormulaParser.parse(text).canonical == canonical)
    }

    @Test(arguments: 0..<400)
    func whatIsPrintedIsReadBack(_ seed: UInt64) throws {
        var random = RandomFormulas(seed: seed)
        let expression = random.expression(4)
        let printed = expression.canonical
        var limits = FormulaLimits()
        limits.length = 1 << 20
        limits.depth = 200
        let read = try FormulaParser.parse(printed, limits: limits)
        #expect(read == expression, "\(printed)")
        #expect(read.canonical == printed)
    }

    /// Whatever the checker lets through can be evaluated on any facts, and means the same once printed.
    @Test(arguments: 0..<400)
    func whatIsCheckedNeverFails(_ seed: UInt64) throws {
        var random = RandomFormulas(seed: seed)
        let workspace = FormulaWorkspace()
        for _ in 0..<10 {
            let text = random.typed(random.kind(), 4).canonical
            guard let formula = try? Evaluations.compile(text) else { continue }
            let again = try Evaluations.compile(formula.canonical)
            for _ in 0..<5 {
                let facts = random.facts()
                let value = formula.number(of: facts, in: workspace, on: 20468)
                #expect(value.isNaN || value.isFinite)
                #expect(value.bitPattern == again.number(of: facts, in: workspace, on: 20468).bitPattern, "\(text)")
                if formula.kind == .booleen { #expect(value.isNaN || value == 0 || value == 1) }
                #expect(
                    formula.text(of: facts, in: workspace, on: 20468) == again.text(of: facts, in: workspace, on: 20468)
                )
            }
        }
    }

    @Test func mostRandomFormulasPassTheChecker() {
        var random = RandomFormulas(seed: 7)
        let passed = (0..<200).count { _ in
            (try? Evaluations.compile(random.typed(random.kind(), 3).canonical)) != nil
        }
        #expect(passed > 150)
    }
}

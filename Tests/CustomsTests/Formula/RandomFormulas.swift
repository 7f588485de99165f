@testable import Customs
import TestKit

/// Formulas and facts that a seed repeats: any tree, or trees of a wanted kind.
struct RandomFormulas {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &generator)]
    }
    private func node(_ form: FormulaExpression.Form) -> FormulaExpression { FormulaExpression(form: form, offset: 0) }

    mutating func kind() -> FactSchema.Kind { pick([.nombre, .booleen, .texte, .date]) }

    private mutating func number() -> Double {
        pick([0, 1, 2.5, 1e-8, 12345678, 1e20, Double.random(in: 0...1000, using: &generator)])
    }

    /// Any tree, whatever it means.
    mutating func expression(_ depth: Int) -> FormulaExpression {
        guard depth > 0 else {
            return node(
                pick([
                    .number(number()), .text(pick(["a", "l'eau", "b\"c", "é"])), .boolean(pick([true, false])),
                    .name(pick(["x", "valeur_caf", "BUSINESS_X"])), .list("pays"),
                ]))
        }
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: return node(.negated(expression(depth - 1)))
        case 1: return node(.not(expression(depth - 1)))
        case 2, 3:
            let sign = pick(
                [
                    FormulaExpression.Operator.or, .and, .equal, .unequal, .less, .lessOrEqual, .greater,
                    .greaterOrEqual,
                    .plus, .minus, .times, .over, .power,
                ])
            return node(.binary(sign, expression(depth - 1), expression(depth - 1)))
        case 4:
            let elements = [node(.number(-number())), node(.text("a"))]
            return node(
                .within(expression(depth - 1), pick([elements, [node(.list("l"))]]), isNegated: pick([true, false])))
        default:
            let arguments = (0..<Int.random(in: 0...3, using: &generator)).map { _ in expression(depth - 1) }
            let bar = arguments.count > 1 ? pick([nil, 1]) : nil
            return node(.call(pick(FormulaFunction.allCases), arguments, bar: bar))
        }
    }

    /// A tree of a kind that the checker should accept.
    mutating func typed(_ kind: FactSchema.Kind, _ depth: Int) -> FormulaExpression {
        if depth > 0, Int.random(in: 0..<6, using: &generator) == 0 {
            return node(
                .call(
                    pick([.si]), [typed(.booleen, depth - 1), typed(kind, depth - 1), typed(kind, depth - 1)], bar: nil)
            )
        }
        if depth > 0, Int.random(in: 0..<8, using: &generator) == 0 {
            return node(.call(.premier, [typed(kind, depth - 1), typed(kind, depth - 1)], bar: nil))
        }
        return switch kind {
        case .nombre: typedNumber(depth)
        case .booleen: typedTruth(depth)
        case .texte:
            depth > 0
                ? node(.call(.prefixe, [typed(.texte, depth - 1), node(.number(4))], bar: nil))
                : node(
                    pick([.text("FR"), .name("pays"), .name("code_sh"), .name("description"), .name("texte_absent")]))
        case .date:
            depth > 0
                ? node(.binary(.plus, typed(.date, depth - 1), typed(.nombre, depth - 1)))
                : node(
                    pick([
                        .name("jour_depot"), .name("jour_inconnu"), .call(.date, [node(.text("2026-02-01"))], bar: nil),
                    ]))
        }
    }

    private mutating func typedNumber(_ depth: Int) -> FormulaExpression {
        guard depth > 0 else { return node(pick([.number(number()), .name("x"), .name("y"), .name("manque")])) }
        let (a, b) = (typed(.nombre, depth - 1), typed(.nombre, depth - 1))
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: return node(.negated(a))
        case 1: return node(.call(pick([.min, .max, .reste]), [a, b], bar: nil))
        case 2: return node(.call(pick([.abs, .log, .log1p, .racine, .plancher, .plafond, .arrondi]), [a], bar: nil))
        case 3: return node(.call(pick([.longueur]), [typed(.texte, depth - 1)], bar: nil))
        case 4: return node(.call(pick([.annee, .mois, .jour, .jourSemaine]), [typed(.date, depth - 1)], bar: nil))
        case 5: return node(.call(.similarite, [typed(.texte, depth - 1), typed(.texte, depth - 1)], bar: nil))
        case 6:
            return node(
                .call(
                    pick([.mediane, .madZ, .percentile]), [a, node(.name("code_sh")), node(.name("pays"))], bar: nil))
        default: return node(.binary(pick([.plus, .minus, .times, .over, .power]), a, b))
        }
    }

    private mutating func typedTruth(_ depth: Int) -> FormulaExpression {
        guard depth > 0 else { return node(pick([.boolean(true), .boolean(false), .name("oui"), .name("non_dit")])) }
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: return node(.not(typed(.booleen, depth - 1)))
        case 1: return node(.binary(pick([.and, .or]), typed(.booleen, depth - 1), typed(.booleen, depth - 1)))
        case 2:
            return node(
                .binary(pick([.less, .equal, .greaterOrEqual]), typed(.nombre, depth - 1), typed(.nombre, depth - 1)))
        case 3: return node(.binary(pick([.equal, .unequal]), typed(.texte, depth - 1), typed(.texte, depth - 1)))
        case 4:
            return node(
                .within(
                    typed(.texte, depth - 1), [node(.text("FR")), node(.text("3004"))], isNegated: pick([true, false])))
        default: return node(.call(.absent, [typed(kind(), depth - 1)], bar: nil))
        }
    }

    /// Extreme and ordinary values, and nothing at all.
    mutating func facts() -> Facts {
        var facts = Facts(for: Evaluations.schema)
        let numbers = [
            Double.nan, .infinity, -.infinity, 0, -0.0, 1, 1e308, -1e308, .leastNonzeroMagnitude, 20468, -1e6,
            .greatestFiniteMagnitude,
        ]
        for k in facts.numbers.indices { facts.numbers[k] = pick(numbers) }
        for name in ["oui", "non_dit"] { facts.set(name, pick([0, 1, .nan])) }
        let texts: [String?] = [
            nil, "", " ", "FR", "3004", "é\u{301}œß\u{00a0}x", String(repeating: "long é ", count: 400), "\0\u{1f600}",
        ]
        for k in facts.texts.indices { facts.texts[k] = pick(texts) }
        return facts
    }
}

/// From the slots of a declaration's articles to those of the declaration, in the articles' order, so that sums come out
/// the same to the last bit.
struct FeatureRollup: Sendable {
    private struct Move: Sendable {
        let aggregation: Aggregation
        let from: Int
        let isText: Bool
        let parts: [Int]
        let to: Int
    }

    static let countName = "nombre_articles"
    private var moves: [Move] = []
    /// The articles' slot that weighs them.
    var weight = 0
    /// Where their number goes.
    var countSlot = 0

    mutating func append(
        _ aggregation: Aggregation, from slot: FormulaCompiler.Slot, parts: [Int], to target: FormulaCompiler.Slot
    ) {
        moves.append(
            Move(
                aggregation: aggregation, from: slot.index, isText: slot.kind == .texte, parts: parts, to: target.index)
        )
    }

    /// The articles' slots that it looks at, besides those of features.
    var numbersRead: [Int] { [weight] + moves.flatMap(\.parts) }

    /// The article with the largest value, the first of equals; 0 when none has a value.
    func dominant(_ articles: [FormulaFrame]) -> Int {
        var best = (article: 0, weight: -Double.infinity)
        for (k, article) in articles.enumerated() where article.numbers[weight] > best.weight {
            best = (k, article.numbers[weight])
        }
        return best.article
    }

    func run(_ articles: [FormulaFrame], dominant: Int, into declaration: FormulaFrame) {
        declaration.numbers[countSlot] = Double(articles.count)
        guard !articles.isEmpty else { return }
        for move in moves {
            if case .dominant = move.aggregation, move.isText {
                declaration.texts[move.to] = articles[dominant].texts[move.from]
            } else if case .compteDistinct = move.aggregation {
                declaration.numbers[move.to] = Self.distinct(articles, move.from, isText: move.isText)
            } else {
                let value = number(move, articles, dominant)
                declaration.numbers[move.to] = value.isFinite ? value : .nan
            }
        }
    }

    private func number(_ move: Move, _ articles: [FormulaFrame], _ dominant: Int) -> Double {
        let slot = move.from
        switch move.aggregation {
        case .somme: return articles.reduce(0) { $0 + $1.numbers[slot] }
        case .max: return articles.reduce(.nan) { Double.maximum($0, $1.numbers[slot]) }
        case .min: return articles.reduce(.nan) { Double.minimum($0, $1.numbers[slot]) }
        case .moyenne: return Self.mean(articles, slot) { _ in 1 }
        case .moyennePondereeCAF: return Self.mean(articles, slot) { $0.numbers[weight] }
        case .auMoinsUn:
            var answer = 0.0
            for article in articles {
                if article.numbers[slot] == 1 { return 1 }
                if article.numbers[slot].isNaN { answer = .nan }
            }
            return answer
        case .rapport:
            var (over, under) = (0.0, 0.0)
            for article in articles {
                let (a, b) = (article.numbers[move.parts[0]], article.numbers[move.parts[1]])
                if !a.isNaN, !b.isNaN { (over, under) = (over + a, under + b) }
            }
            return over / under
        case .dominant: return articles[dominant].numbers[slot]
        case .compteDistinct: return .nan
        }
    }

    /// Over the articles that have both a value and a weight.
    private static func mean(
        _ articles: [FormulaFrame], _ slot: Int, _ weight: (FormulaFrame) -> Double
    ) -> Double {
        var (sum, weights) = (0.0, 0.0)
        for article in articles {
            let (value, weight) = (article.numbers[slot], weight(article))
            if !value.isNaN, weight >= 0 { (sum, weights) = (sum + value * weight, weights + weight) }
        }
        return sum / weights
    }

    /// Missing when no article has a value.
    private static func distinct(_ articles: [FormulaFrame], _ slot: Int, isText: Bool) -> Double {
        var hashes: Set<UInt64> = []
        for article in articles {
            var hash = HistoryHash(seed: 0)
            if isText {
                let text = article.texts[slot]
                if text.isMissing { continue }
                hash.combine(text.bytes)
            } else {
                let number = article.numbers[slot]
                if number.isNaN { continue }
                hash.combine(number)
            }
            hashes.insert(hash.finish())
        }
        return hashes.isEmpty ? .nan : Double(hashes.count)
    }
}

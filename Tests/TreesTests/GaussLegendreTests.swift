import Testing

@testable import Trees

@Suite struct GaussLegendreTests {
    @Test(arguments: [1, 2, 3, 4, 7, 16, 33, 200]) func integratesWhatItPromises(count: Int) {
        let rule = GaussLegendre(count: count)
        for degree in Set([0, 1, count, 2 * count - 1]) {
            let sum = zip(rule.points, rule.weights).reduce(0) { sum, point in
                sum + point.1 * (0..<degree).reduce(1.0) { power, _ in power * point.0 }
            }
            #expect(abs(sum - 1 / Double(degree + 1)) < 2e-15)
        }
        #expect(rule.points == rule.points.sorted())
    }
    @Test func oneDegreeMoreIsTooMuch() {
        let rule = GaussLegendre(count: 2)
        let sum = zip(rule.points, rule.weights).reduce(0) { $0 + $1.1 * $1.0 * $1.0 * $1.0 * $1.0 }
        #expect(abs(sum - 0.2) > 1e-3)
    }
    @Test func asManyPointsAsThePlayersNeed() {
        #expect([0, 1, 2, 3, 8, 9, 64].map { GaussLegendre.pointCount(players: $0) } == [1, 1, 1, 2, 4, 5, 32])
        #expect(GaussLegendre.pointCount(players: 65) == 33)
        #expect(GaussLegendre.pointCount(players: 10_000) == 400)
    }
    /// The hardest there are: all the weight of a path of 400 players at one size of coalition.
    @Test func fewerPointsDoForLongPaths() {
        let players = 400
        let rule = GaussLegendre(count: GaussLegendre.pointCount(players: players))
        #expect(rule.points.count < players / 2)
        for kept in [0, 1, 7, 100, 200, 399] {
            var choose = 1.0
            for place in 0..<kept { choose *= Double(players - 1 - place) / Double(place + 1) }
            guard choose.isFinite else { continue }
            let sum = zip(rule.points, rule.weights).reduce(0.0) { sum, point in
                let product = (0..<players - 1).reduce(point.1) { $0 * ($1 < kept ? point.0 : 1 - point.0) }
                return sum + product * choose
            }
            #expect(abs(sum * Double(players) - 1) < 1e-12, "\(kept)")
        }
    }
}

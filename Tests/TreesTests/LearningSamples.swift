import JSON
import Platform
import Testing

@testable import Trees

/// Small samples and what scikit-learn says of them; `Tests/oracles/learning.py` wrote them.
struct LearningSample: CustomTestStringConvertible {
    let json: JSONValue

    var testDescription: String { json["name"]?.string ?? "" }
    var labels: [Bool] { (json["y"]?.array ?? []).map { $0.int == 1 } }
    var margins: [Double] { LearningSamples.numbers(json["margin"]) }
    var probabilities: [Double] { LearningSamples.numbers(json["p"]) }
    var duties: [Double] { LearningSamples.numbers(json["duty"]) }
    var weights: [Double]? { json["weight"]?.isNull == false ? LearningSamples.numbers(json["weight"]) : nil }

    func rows(ofMargins: Bool = false) throws -> ScoredRows {
        try ScoredRows(scores: ofMargins ? margins : probabilities, labels: labels, weights: weights)
    }

    /// What is expected under that name.
    subscript(_ name: String) -> JSONValue { json["expected"]?[name] ?? .null }
    func number(_ name: String) throws -> Double { try #require(self[name].double) }
}

enum LearningSamples {
    static let file: JSONValue = {
        let directory = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let bytes = try? File.read("/\(directory)/Fixtures/learning.json", limit: 1 << 20)
        return bytes.flatMap { try? JSONValue(parsing: $0) } ?? .null
    }()
    static let all = (file["samples"]?.array ?? []).map { LearningSample(json: $0) }

    static func numbers(_ value: JSONValue?) -> [Double] { (value?.array ?? []).compactMap(\.double) }
}

/// Equal to twelve digits.
func isClose(_ a: Double?, _ b: Double?, _ tolerance: Double = 1e-12) -> Bool {
    guard let a, let b else { return a == nil && b == nil }
    return abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}

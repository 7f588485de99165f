import JSON
import Platform
import TestKit
import Testing

@testable import Trees

/// A CatBoost model, and what CatBoost itself answered for some rows.
struct CatBoostExpectation {
    let name: String
    /// Numbers as `Float`, NaN where nothing is; categories as texts.
    let rows: [[JSONValue]]
    let margins: [[Double]], outputs: [[Double]]
    let leaves: [[Int]]
    /// By row: each feature's contribution and the base, output after output. Nil when the library's don't add up.
    let shap: [[Double]]?
    private let folder: String

    /// Our own small models, which the generators in `Tests/oracles` make; `grown` is of our own trainer.
    static let ours = [
        "numbers", "missing_high", "one_hot", "combinations", "pairs", "statistics", "three_classes", "one_vs_all",
        "depthwise", "lossguide", "lossguide_classes", "grown",
    ]
    /// The models of the reference folder.
    static let reference = [
        "numeric", "nan_max", "onehot", "ctr", "ctr_combo", "ctr_pair", "ctr_types", "multi", "regression",
        "lossguide", "depthwise",
    ].map { "cb_\($0)" }

    static func file(_ name: String) throws -> [UInt8] {
        try File.read(folder + name, limit: 1 << 24)
    }
    private static let folder = #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/Fixtures/"

    init(ours name: String) throws { try self.init(name, Self.folder) }
    init(reference name: String) throws { try self.init(name, (Fixtures.path("models") ?? "") + "/") }

    private init(_ name: String, _ folder: String) throws {
        (self.name, self.folder) = (name, folder)
        let bytes = try File.read("\(folder)\(name).expected.json", limit: 1 << 24)
        let document = try JSONValue(parsing: bytes, limits: JSONLimits(depth: 64))
        rows = (document["rows"]?.array ?? []).map { $0.array ?? [] }
        margins = Self.table(document["margins"] ?? document["margin"])
        outputs = Self.table(document["outputs"] ?? document["output"])
        leaves = Self.table(document["leaves"] ?? document["leaf"]).map { $0.map { Int($0) } }
        let shap = Self.table(document["shap"])
        self.shap = shap.isEmpty ? nil : shap
    }

    func model(_ format: String) throws -> CatBoostModel { try CatBoostModel(file: "\(folder)\(name).\(format)") }

    func cells(_ row: Int, _ model: CatBoostModel) -> [Float] {
        zip(rows[row], model.features).map { value, feature in
            if feature.kind == .category { return Cell.category(value.string ?? "") }
            return Float(Self.number(value))
        }
    }

    private static func table(_ value: JSONValue?) -> [[Double]] {
        (value?.array ?? []).map { row in row.array.map { $0.flatMap(numbers) } ?? [number(row)] }
    }
    private static func numbers(_ value: JSONValue) -> [Double] {
        value.array.map { $0.map(number) } ?? [number(value)]
    }
    private static func number(_ value: JSONValue) -> Double {
        switch value {
        case .string(let text), .number(let text): Double(text) ?? .nan
        default: value.double ?? .nan
        }
    }
}

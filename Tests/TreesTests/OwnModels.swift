import Platform

@testable import Trees

/// The small models beside these tests; `Tests/oracles/tree_models.py` made them with the libraries themselves.
enum OwnModels {
    static let names = [
        "xgb_category", "xgb_classes", "xgb_counts", "xgb_frame", "lgb_category", "lgb_zero", "lgb_classes", "lgb_mean",
        "lgb_frame",
    ]

    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        return try File.read("/\(folder)/Fixtures/\(name)", limit: 1 << 20)
    }
}

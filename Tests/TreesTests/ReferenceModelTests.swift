import TestKit
import Testing

@testable import Trees

/// The libraries' own models and answers, from the reference folder.
@Suite(.enabled(if: Fixtures.root != nil, "INSPECTIA_FIXTURES names no folder"))
struct ReferenceModelTests {
    static let names = [
        "xgb_binary", "xgb_binary_weighted_base", "xgb_categorical", "xgb_multi", "xgb_regression", "xgb_dart",
        "xgb_forest", "xgb17_binary", "xgb17_categorical", "lgb_binary", "lgb_zero_as_missing", "lgb_no_missing",
        "lgb_categorical", "lgb_multi", "lgb_rf", "lgb_xentropy",
    ]

    @Test(arguments: names)
    func answersAsTheLibraryDoes(_ name: String) throws {
        let expected = try Expectation(Fixtures.bytes("models/\(name).expected.json"))
        #expect(!expected.files.isEmpty && !expected.rows.isEmpty)
        for file in expected.files {
            try expected.check(ModelFile.read(Fixtures.bytes("models/\(file)")), file)
        }
    }

    @Test(arguments: names.filter { $0.hasPrefix("xgb") })
    func bothEncodingsGiveTheSameModel(_ name: String) throws {
        let text = try ModelFile.read(Fixtures.bytes("models/\(name).json"))
        let binary = try ModelFile.read(Fixtures.bytes("models/\(name).ubj"))
        #expect(text.ensemble.trees == binary.ensemble.trees)
        #expect(text.ensemble.base == binary.ensemble.base)
        #expect(text.features == binary.features)
        #expect((text.objective, text.version) == (binary.objective, binary.version))
    }
}

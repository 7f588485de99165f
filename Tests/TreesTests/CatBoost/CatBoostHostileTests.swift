import TestKit
import Testing

@testable import Trees

/// Whatever a file says, it is refused with a typed error, or read as a model that answers.
@Suite struct CatBoostHostileTests {
    private func outcome(_ bytes: [UInt8]) -> Result<CatBoostModel, ModelError> {
        Result { () throws(ModelError) in try CatBoostModel(reading: bytes) }
    }

    private func tryOut(_ bytes: [UInt8]) {
        guard case .success(let model) = outcome(bytes), model.features.count < 1000 else { return }
        let cells = [Float](repeating: 1, count: model.features.count)
        if case .oblivious(let forest) = model.trees {
            _ = forest.margins(of: cells)
            _ = try? forest.explainer().explain(cells)
        } else if case .grown(let ensemble) = model.trees {
            _ = EnsembleWalk(ensemble, cells)
        }
    }

    private func reason(_ bytes: [UInt8]) -> ModelError.Reason? {
        if case .failure(let error) = outcome(bytes) { error.reason } else { nil }
    }

    @Test(arguments: ["combinations", "lossguide_classes"], ["json", "cbm"])
    func aFileThatIsCutIsRefused(name: String, format: String) throws {
        let bytes = try CatBoostExpectation.file("\(name).\(format)")
        #expect(reason(bytes) == nil)
        for count in stride(from: 0, to: bytes.count - 1, by: 37) {
            #expect(reason(Array(bytes[..<count])) != nil, "\(count) bytes")
        }
    }

    @Test(arguments: ["combinations", "statistics", "lossguide_classes", "numbers"])
    func aFileWithWrongBytesIsRefusedOrAnswers(name: String) throws {
        let bytes = try CatBoostExpectation.file("\(name).cbm")
        var random = SeededGenerator(seed: 1)
        for _ in 0..<500 {
            var wrong = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<wrong.count, using: &random)
                wrong[place] = [0, 1, 0x7f, 0x80, 0xff, UInt8.random(in: 0...255, using: &random)].randomElement(
                    using: &random)!
            }
            tryOut(wrong)
        }
    }

    @Test(arguments: ["combinations", "lossguide_classes"])
    func aTextWithWrongNumbersIsRefusedOrAnswers(name: String) throws {
        let bytes = try CatBoostExpectation.file("\(name).json")
        var random = SeededGenerator(seed: 2)
        let digits = bytes.indices.filter { (0x30...0x39).contains(bytes[$0]) }
        for _ in 0..<300 {
            var wrong = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                wrong[digits.randomElement(using: &random)!] = Array("0192-.e".utf8).randomElement(using: &random)!
            }
            tryOut(wrong)
        }
    }

    /// A model in a few words, one of them replaced.
    private func text(_ old: String = "", _ new: String = "") -> [UInt8] {
        let model = #"""
            {"features_info":{
              "float_features":[{"feature_index":0,"flat_feature_index":0,"feature_id":"a","borders":[1.5],
                "nan_value_treatment":"AsFalse"}],
              "categorical_features":[{"feature_index":0,"flat_feature_index":1,"feature_id":"b","values":[7]}],
              "ctrs":[{"borders":[0.5],"ctr_type":"Borders","identifier":"x","prior_denomerator":1,
                "prior_numerator":0.5,"scale":1,"shift":0,"target_border_idx":0,
                "elements":[{"cat_feature_index":0,"combination_element":"cat_feature_value"},
                  {"float_feature_index":0,"combination_element":"float_feature","border":1.5}]}]},
             "ctr_data":{"x":{"counter_denominator":0,"hash_stride":3,
                "hash_map":["18446744073709551615",1,1,"5",3,4]}},
             "oblivious_trees":[{"splits":[{"split_index":0},{"split_index":1},{"split_index":2}],
                "leaf_values":[0,1,2,3,4,5,6,7],"leaf_weights":[1,1,1,1,1,1,1,1]}],
             "scale_and_bias":[1,[0]]}
            """#
        guard !old.isEmpty else { return Array(model.utf8) }
        let (bytes, from) = (Array(model.utf8), Array(old.utf8))
        guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: from) }) else {
            Issue.record("\(old) is not there")
            return []
        }
        return bytes[..<start] + Array(new.utf8) + bytes[(start + from.count)...]
    }

    @Test func aModelInAFewWordsAnswers() throws {
        let model = try CatBoostModel(reading: text())
        #expect(model.features.map(\.name) == ["a", "b"] && model.link == .identity)
        guard case .oblivious(let forest) = model.trees else {
            Issue.record("the trees are oblivious")
            return
        }
        #expect(forest.margins(of: [2, Float(bitPattern: 7)]) == [3])
        #expect(forest.margins(of: [.nan, Float(bitPattern: 8)]) == [0])
        // (4 + 0.5) / (3 + 4 + 1) is above the border, 0.5 / 1 is not.
        let factor: UInt64 = 0x4906_ba49_4954_cb65
        let key = factor &* (factor &* (factor &* 9) &+ factor)
        let known = try CatBoostModel(reading: text(#""5",3,4"#, "\"\(key)\",3,4"))
        guard case .oblivious(let forest) = known.trees else { return }
        #expect(forest.margins(of: [2, Float(bitPattern: 9)]) == [5])
        #expect(forest.margins(of: [1, Float(bitPattern: 9)]) == [0])
    }

    @Test func whatLeadsNowhereIsRefused() {
        #expect(reason(text(#"{"split_index":2}"#, #"{"split_index":3}"#)) == .inconsistent)
        #expect(reason(text(#"{"split_index":2}"#, #"{"split_index":-1}"#)) == .inconsistent)
        #expect(reason(text(#"{"split_index":2}"#, #"{}"#)) == .malformed)
        #expect(reason(text("[0,1,2,3,4,5,6,7]", "[0,1,2,3,4,5,6]")) == .inconsistent)
        #expect(reason(text("[0,1,2,3,4,5,6,7]", "[0,1,2,3,4,5,6,NaN]")) == .malformed)
        #expect(reason(text("[0,1,2,3,4,5,6,7]", "[0,1,2,3,4,5,6,1e999]")) == .malformed)
        #expect(reason(text("[1,1,1,1,1,1,1,1]", "[1,1,1,1,1,1,1,-1]")) == .inconsistent)
        #expect(reason(text(#""flat_feature_index":1"#, #""flat_feature_index":0"#)) == .inconsistent)
        #expect(reason(text(#""flat_feature_index":1"#, #""flat_feature_index":65535"#)) == nil)
        #expect(reason(text(#""flat_feature_index":1"#, #""flat_feature_index":65536"#)) == .tooLarge)
        #expect(reason(text(#""identifier":"x""#, #""identifier":"y""#)) == .inconsistent)
        #expect(reason(text(#""cat_feature_index":0"#, #""cat_feature_index":1"#)) == .inconsistent)
        #expect(reason(text(#""float_feature_index":0"#, #""float_feature_index":1"#)) == .inconsistent)
        #expect(reason(text(#""target_border_idx":0"#, #""target_border_idx":2"#)) == .inconsistent)
        #expect(reason(text(#""hash_stride":3"#, #""hash_stride":9223372036854775807"#)) == .malformed)
        #expect(reason(text(#""hash_stride":3"#, #""hash_stride":0"#)) == .malformed)
        #expect(reason(text(#""5",3,4"#, #""5",3"#)) == .malformed)
        #expect(reason(text(#""5",3,4"#, #""five",3,4"#)) == .malformed)
        #expect(reason(text(#""5",3,4"#, #""5",-3,4"#)) == .inconsistent)
        #expect(reason(text("\"scale_and_bias\":[1,[0]]", "\"scale_and_bias\":[1,[]]")) == .inconsistent)
        #expect(reason(text(#""ctrs":["#, #""text_features":[{}],"ctrs":["#)) == .malformed)
        #expect(reason(Array("{}".utf8)) == .inconsistent)
        #expect(reason([]) == .malformed)
        #expect(reason(Array("CBM1".utf8)) == .malformed)
        #expect(reason(Array("CBM1".utf8) + [255, 255, 255, 255, 0, 0, 0, 0]) == .malformed)
    }

    @Test func treesOfSixteenLevelsAreReadAndOfSeventeenRefused() {
        for depth in [16, 17] {
            let split = #"{"split_index":0}"#
            let splits = [String](repeating: split, count: depth).joined(separator: ",")
            let values = [String](repeating: "1", count: 1 << depth).joined(separator: ",")
            let model = #"""
                {"features_info":{"float_features":[{"feature_index":0,"flat_feature_index":0,"borders":[1]}]},
                 "oblivious_trees":[{"splits":[\#(splits)],"leaf_values":[\#(values)]}],"scale_and_bias":[1,[0]]}
                """#
            #expect(reason(Array(model.utf8)) == (depth == 16 ? nil : .tooLarge))
        }
    }

    @Test func outputsAreLimited() {
        for outputs in [4096, 4097] {
            let numbers = [String](repeating: "0", count: outputs).joined(separator: ",")
            let model = #"{"oblivious_trees":[{"leaf_values":[\#(numbers)]}],"scale_and_bias":[1,[\#(numbers)]]}"#
            #expect(reason(Array(model.utf8)) == (outputs == 4096 ? nil : .tooLarge))
        }
    }

    @Test func treesNestedWithoutEndAreRefused() {
        for depth in [40, 5000] {
            let open = String(repeating: #"{"split":{"split_index":0},"left":"#, count: depth)
            let close = String(repeating: #","right":{"value":1,"weight":1}}"#, count: depth)
            let model = #"""
                {"features_info":{"float_features":[{"feature_index":0,"flat_feature_index":0,"borders":[1]}]},
                 "trees":[\#(open){"value":0,"weight":1}\#(close)],"scale_and_bias":[1,[0]]}
                """#
            #expect(reason(Array(model.utf8)) == (depth == 40 ? nil : .malformed))
        }
    }

    @Test func halfASplitIsRefused() {
        for tree in [
            #"{"split":{"split_index":0},"left":{"value":1,"weight":1}}"#, #"{"split":{"split_index":0}}"#,
            #"{"left":{"value":1,"weight":1},"right":{"value":1,"weight":1}}"#, #"{"value":1,"weight":-1}"#,
            #"{"value":[1,2],"weight":1}"#, "{}",
        ] {
            let model = #"""
                {"features_info":{"float_features":[{"feature_index":0,"flat_feature_index":0,"borders":[1]}]},
                 "trees":[\#(tree)],"scale_and_bias":[1,[0]]}
                """#
            #expect(reason(Array(model.utf8)) == .inconsistent, "\(tree)")
        }
    }

    /// Offsets that all lead to one vector would make a small file say a lot.
    @Test func offsetsThatLeadToTheSameBytesAgainAndAgainAreRefused() throws {
        // A table whose only field is a vector of offsets to itself.
        let count = 200
        var bytes: [UInt8] = []
        func put(_ value: Int, _ size: Int) {
            for k in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * k))) }
        }
        put(12, 4)  // the root table
        put(6, 2)  // its list of fields, six bytes long
        put(8, 2)  // the table's size
        put(4, 2)  // where its first field lies
        put(0, 2)
        put(8, 4)  // the table: its list lies eight bytes before
        put(4, 4)  // its field: a vector, right behind
        put(count, 4)
        for k in 0..<count { put(-(8 + 4 * k) & 0xffff_ffff, 4) }
        _ = bytes.withUnsafeBytes { raw in
            // Offsets only lead forwards: these leave the file.
            #expect(throws: ModelError.self) { try FlatBuffer(raw).root().tables(0) }
        }
        let big = [UInt8](repeating: 0, count: 64)
        var nested = bytes[..<20] + []
        func add(_ value: Int) { for k in 0..<4 { nested.append(UInt8(truncatingIfNeeded: value >> (8 * k))) } }
        add(count)
        for k in 0..<count { add(4 * (count - k)) }
        add(big.count)
        nested += big
        _ = nested.withUnsafeBytes { raw in
            // The same 64 bytes two hundred times: more than four times the file.
            #expect(throws: ModelError.self) { try FlatBuffer(raw).root().texts(0) }
        }
    }
}

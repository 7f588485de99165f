import JSON

/// Writes what CatBoost's `load_model(format: "json")` reads: oblivious trees of one output.
extension CatBoostParts {
    func json(bins: Bins) -> [UInt8] {
        var writer = JSONWriter(capacity: 1 << 16)
        writer.object { writer in
            if !tables.isEmpty {
                writer.key("ctr_data")
                writer.object { writer in for ctr in firstOfTables { write(tableOf: ctr, &writer) } }
            }
            writer.key("features_info")
            writer.object { writer in writeFeatures(&writer) }
            writer.key("model_info")
            writer.object { writer in writeInformation(&writer) }
            writer.key("oblivious_trees")
            writer.array { writer in for tree in oblivious { write(tree, bins, &writer) } }
            writer.key("scale_and_bias")
            writer.array { writer in
                writer.double(scale)
                bias.write(to: &writer)
            }
        }
        return writer.finish()
    }

    /// The questions as CatBoost numbers them: all borders of all numbers, then all values, then statistics' borders.
    struct Bins {
        enum Subject {
            case number(Int), category(Int), statistic(Int)
        }
        private(set) var all: [(subject: Subject, place: Int)] = []

        init(_ parts: CatBoostParts) {
            for (place, number) in parts.numbers.enumerated() { add(.number(place), number.borders.count) }
            for (place, category) in parts.categories.enumerated() { add(.category(place), category.values.count) }
            for (place, ctr) in parts.ctrs.enumerated() { add(.statistic(place), ctr.borders.count) }
        }

        private mutating func add(_ subject: Subject, _ count: Int) { all += (0..<count).map { (subject, $0) } }
    }

    private var firstOfTables: [Ctr] {
        tables.indices.compactMap { table in ctrs.first { $0.table == table } }
    }

    private func writeInformation(_ writer: inout JSONWriter) {
        writer.key("class_params")
        writer.object { writer in
            writer.member("class_label_type", "Integer")
            writer.member("class_names", [0, 1])
            writer.member("class_to_label", [0, 1])
            writer.member("classes_count", 0)
        }
        writer.member("catboost_version_info", "Branch: tags/v\(version)")
        writer.key("params")
        writer.object { writer in
            writer.key("loss_function")
            writer.object { writer in
                writer.key("params")
                writer.object { _ in }
                writer.member("type", objective)
            }
        }
    }

    private func writeFeatures(_ writer: inout JSONWriter) {
        writer.key("float_features")
        writer.array { writer in
            for number in numbers {
                writer.object { writer in
                    writer.key("borders")
                    writer.array { writer in for border in number.borders { writer.double(Double(border)) } }
                    Self.write(number.name, number.index, number.cell, &writer)
                    writer.member("has_nans", number.missing != .asIs)
                    writer.member("nan_value_treatment", number.missing == .asIs ? "AsIs" : "AsFalse")
                }
            }
        }
        guard !categories.isEmpty else { return }
        writer.key("categorical_features")
        writer.array { writer in
            for category in categories {
                writer.object { writer in
                    Self.write(category.name, category.index, category.cell, &writer)
                    if !category.values.isEmpty { writer.member("values", category.values.map(Int.init)) }
                }
            }
        }
        guard !ctrs.isEmpty else { return }
        writer.key("ctrs")
        writer.array { writer in for ctr in ctrs { write(ctr, &writer) } }
    }

    private static func write(_ name: String, _ index: Int, _ cell: Int, _ writer: inout JSONWriter) {
        writer.member("feature_id", name)
        writer.member("feature_index", index)
        writer.member("feature_name", name)
        writer.member("flat_feature_index", cell)
    }

    private func write(_ ctr: Ctr, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("borders")
            writer.array { writer in for border in ctr.borders { writer.double(Double(border)) } }
            writer.member("ctr_type", ctr.statistic.name)
            writer.key("elements")
            Self.writeElements(ctr, &writer)
            writer.member("identifier", Self.identifier(ctr))
            writer.member("prior_denomerator", Double(ctr.prior.denominator))
            writer.member("prior_numerator", Double(ctr.prior.numerator))
            writer.member("scale", Double(ctr.scale))
            writer.member("shift", Double(ctr.shift))
            writer.member("target_border_idx", ctr.targetBorder)
        }
    }

    private static func writeElements(_ ctr: Ctr, _ writer: inout JSONWriter) {
        writer.array { writer in
            for category in ctr.projection.categories {
                writer.object { writer in
                    writer.member("cat_feature_index", category)
                    writer.member("combination_element", "cat_feature_value")
                }
            }
        }
    }

    /// A table's name is JSON itself.
    private static func identifier(_ ctr: Ctr) -> String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("identifier")
            writeElements(ctr, &writer)
            writer.member("type", ctr.statistic.name)
        }
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    private func write(tableOf ctr: Ctr, _ writer: inout JSONWriter) {
        let table = tables[ctr.table]
        writer.key(Self.identifier(ctr))
        writer.object { writer in
            writer.member("counter_denominator", table.denominator)
            writer.key("hash_map")
            writer.array { writer in
                for (record, key) in table.keys.enumerated() {
                    writer.string(String(key))
                    for count in table.counts[record * table.classes..<(record + 1) * table.classes] {
                        writer.int(Int(count))
                    }
                }
            }
            writer.member("hash_stride", table.classes + 1)
        }
    }

    private func write(_ tree: ObliviousTree, _ bins: Bins, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("leaf_values", tree.values)
            writer.member("leaf_weights", tree.weights)
            writer.key("splits")
            writer.array { writer in for bin in tree.splits { write(bin, bins.all[bin], &writer) } }
        }
    }

    private func write(_ bin: Int, _ asked: (subject: Bins.Subject, place: Int), _ writer: inout JSONWriter) {
        writer.object { writer in
            switch asked.subject {
            case .number(let number):
                writer.member("border", Double(numbers[number].borders[asked.place]))
                writer.member("float_feature_index", numbers[number].index)
                writer.member("split_index", bin)
                writer.member("split_type", "FloatFeature")
            case .category(let category):
                writer.member("cat_feature_index", categories[category].index)
                writer.member("split_index", bin)
                writer.member("split_type", "OneHotFeature")
                writer.member("value", Int(categories[category].values[asked.place]))
            case .statistic(let statistic):
                writer.member("border", Double(ctrs[statistic].borders[asked.place]))
                writer.member("ctr_target_border_idx", ctrs[statistic].targetBorder)
                writer.member("split_index", bin)
                writer.member("split_type", "OnlineCtr")
            }
        }
    }
}

extension CatBoostParts.Statistic {
    var name: String {
        switch self {
        case .borders: "Borders"
        case .buckets: "Buckets"
        case .binarizedMean: "BinarizedTargetMeanValue"
        case .floatMean: "FloatTargetMeanValue"
        case .counter: "Counter"
        case .frequency: "FeatureFreq"
        }
    }
}

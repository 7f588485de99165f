public import JSON

extension Measures: JSONWritable, JSONReadable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("n", count)
            writer.member("positives", positives)
            writer.member("auc", auc)
            writer.member("pr_auc", averagePrecision)
            writer.member("f1", f1)
            writer.member("precision", precision)
            writer.member("recall", recall)
            writer.member("threshold", threshold)
            writer.member("brier", brier)
            writer.member("ece", expectedCalibrationError)
            writer.member("log_loss", logLoss)
            writeTops("precision_at", &writer) { $0.precision }
            writeTops("recall_at", &writer) { $0.recall }
            writeTops("revenue_at", &writer) { $0.revenue }
            writer.member("auc_interval", ifPresent: aucInterval)
            writer.member("pr_auc_interval", ifPresent: averagePrecisionInterval)
            writer.member("reliability", bins)
            writer.member("provenance", provenance)
        }
    }

    private func writeTops(_ name: StaticString, _ writer: inout JSONWriter, _ value: (TopShare) -> Double?) {
        writer.key(name)
        writer.object { writer in
            for (top, name) in zip(tops, Self.shareNames) {
                writer.key(name)
                value(top).write(to: &writer)
            }
        }
    }

    private static let shareNames = ["0.01", "0.02", "0.05", "0.10"]

    public init(json reader: inout JSONReader) throws(JSONError) {
        var parts = Parts()
        try reader.object { (key, reader) throws(JSONError) in try parts.read(key, &reader) }
        count = try reader.required(parts.whole["n"], "n")
        positives = try reader.required(parts.whole["positives"], "positives")
        (auc, averagePrecision) = (parts.numbers["auc"], parts.numbers["pr_auc"])
        f1 = try reader.required(parts.numbers["f1"], "f1")
        (precision, recall) = (parts.numbers["precision"], parts.numbers["recall"])
        threshold = try reader.required(parts.numbers["threshold"], "threshold")
        brier = try reader.required(parts.numbers["brier"], "brier")
        expectedCalibrationError = try reader.required(parts.numbers["ece"], "ece")
        logLoss = try reader.required(parts.numbers["log_loss"], "log_loss")
        (aucInterval, averagePrecisionInterval) = (parts.aucInterval, parts.averagePrecisionInterval)
        bins = try reader.required(parts.bins, "reliability")
        provenance = try reader.required(parts.provenance, "provenance")
        let precisions = try reader.required(parts.precisions, "precision_at")
        let count = count
        tops = zip(Self.shares, precisions.indices).map { share, place in
            TopShare(
                share: share, rows: TopShare.rows(share, of: count), precision: precisions[place] ?? 0,
                recall: parts.recalls?[place], revenue: parts.revenues?[place])
        }
    }

    private struct Parts {
        var whole: [String: Int] = [:]
        var numbers: [String: Double] = [:]
        var precisions: [Double?]?
        var recalls: [Double?]?
        var revenues: [Double?]?
        var aucInterval: Interval?
        var averagePrecisionInterval: Interval?
        var bins: [ReliabilityBin]?
        var provenance: ProvenanceCounts?

        mutating func read(_ key: JSONKey, _ reader: inout JSONReader) throws(JSONError) {
            switch key {
            case "n", "positives": whole[key.string] = try reader.int()
            case "auc", "pr_auc", "f1", "precision", "recall", "threshold", "brier", "ece", "log_loss":
                if let number: Double = try reader.read(Double?.self) { numbers[key.string] = number }
            case "precision_at": precisions = try shares(&reader)
            case "recall_at": recalls = try shares(&reader)
            case "revenue_at": revenues = try shares(&reader)
            case "auc_interval": aucInterval = try reader.read()
            case "pr_auc_interval": averagePrecisionInterval = try reader.read()
            case "reliability": bins = try reader.read()
            case "provenance": provenance = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }

        private func shares(_ reader: inout JSONReader) throws(JSONError) -> [Double?] {
            var values = [Double?](repeating: nil, count: shareNames.count)
            try reader.object { (key, reader) throws(JSONError) in
                guard let place = shareNames.firstIndex(of: key.string) else { throw reader.unknownMember(key) }
                values[place] = try reader.read(Double?.self)
            }
            return values
        }
    }
}

extension Interval: JSONWritable, JSONReadable {
    public func write(to writer: inout JSONWriter) { [low, high, level].write(to: &writer) }

    public init(json reader: inout JSONReader) throws(JSONError) {
        let start = try reader.offset()
        let values: [Double] = try reader.read()
        guard values.count == 3, values[0] <= values[1] else { throw reader.refusal(at: start) }
        self.init(low: values[0], high: values[1], level: values[2])
    }
}

/// `[lower, upper, weight, mean predicted, observed rate]`
extension ReliabilityBin: JSONWritable, JSONReadable {
    public func write(to writer: inout JSONWriter) {
        [lower, upper, weight, meanPredicted, observedRate].write(to: &writer)
    }

    public init(json reader: inout JSONReader) throws(JSONError) {
        let start = try reader.offset()
        let values: [Double] = try reader.read()
        guard values.count == 5 else { throw reader.refusal(at: start) }
        self.init(
            lower: values[0], upper: values[1], weight: values[2], meanPredicted: values[3], observedRate: values[4])
    }
}

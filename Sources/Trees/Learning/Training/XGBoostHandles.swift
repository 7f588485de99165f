import CXGBoost

/// The library's calls, with its failures as errors.
enum XGBoostCall {
    @inline(__always)
    static func check(_ code: Int32) throws(LearningError) {
        if code != 0 { throw failure() }
    }

    private static func failure() -> LearningError {
        let text = cxgboost_last_error().map { String(cString: $0) } ?? ""
        if text.contains("bad_alloc") || text.contains("llocate memory") {
            return LearningError(.outOfMemory, detail: String(text.prefix(1000)))
        }
        return LearningError(.libraryFailed, detail: String(text.prefix(1000)))
    }

    static var version: String {
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        cxgboost_version(&major, &minor, &patch)
        return "\(major).\(minor).\(patch)"
    }
}

/// Rows in the library's bins.
final class XGBoostMatrix {
    fileprivate let handle: cxgboost_matrix
    /// Lends its bins, and so must live as long.
    private let binsOf: XGBoostMatrix?

    init(
        _ rows: TrainingRows, bins: Int, threads: Int, binsOf other: XGBoostMatrix? = nil
    ) throws(LearningError) {
        var handle: cxgboost_matrix?
        try XGBoostCall.check(
            cxgboost_matrix_create(
                rows.cells, UInt64(rows.rows), UInt64(rows.columns), rows.labels, rows.weights, Int32(threads),
                Int32(bins), other?.handle, &handle))
        guard let handle else { throw LearningError(.libraryFailed) }
        (self.handle, binsOf) = (handle, other)
    }

    deinit { _ = cxgboost_matrix_free(handle) }
}

/// A forest that grows.
final class XGBoostBooster {
    private let handle: cxgboost_booster
    private let training: XGBoostMatrix
    /// What it is measured on after each round.
    private let judged: XGBoostMatrix

    init(training: XGBoostMatrix, judged: XGBoostMatrix) throws(LearningError) {
        var handle: cxgboost_booster?
        let matrices: [cxgboost_matrix?] = [training.handle, judged.handle]
        try XGBoostCall.check(cxgboost_booster_create(matrices, training === judged ? 1 : 2, &handle))
        guard let handle else { throw LearningError(.libraryFailed) }
        (self.handle, self.training, self.judged) = (handle, training, judged)
    }

    /// The first trees of another.
    private init(_ other: XGBoostBooster, trees: Int) throws(LearningError) {
        var handle: cxgboost_booster?
        try XGBoostCall.check(cxgboost_booster_slice(other.handle, 0, Int32(trees), &handle))
        guard let handle else { throw LearningError(.libraryFailed) }
        (self.handle, training, judged) = (handle, other.training, other.judged)
    }

    deinit { _ = cxgboost_booster_free(handle) }

    func set(_ name: String, _ value: String) throws(LearningError) {
        try XGBoostCall.check(cxgboost_booster_set(handle, name, value))
    }

    func update(_ round: Int) throws(LearningError) {
        try XGBoostCall.check(cxgboost_booster_update(handle, Int32(round), training.handle))
    }

    func evaluate(_ round: Int) throws(LearningError) -> TrainingRound {
        var line: UnsafePointer<CChar>?
        var matrices: [cxgboost_matrix?] = [judged.handle]
        let code = "plus_tard".withCString { name in
            var names: [UnsafePointer<CChar>?] = [name]
            return cxgboost_booster_evaluate(handle, Int32(round), &matrices, &names, 1, &line)
        }
        try XGBoostCall.check(code)
        let text = line.map { String(cString: $0) } ?? ""
        guard let result = TrainingRound(round, parsing: text) else {
            throw LearningError(.libraryFailed, detail: "evaluation: \(text.prefix(200))")
        }
        return result
    }

    /// The first trees in the library's own format.
    func json(trees: Int, of grown: Int, names: [String]) throws(LearningError) -> [UInt8] {
        let cut = trees < grown ? try XGBoostBooster(self, trees: trees) : self
        return try cut.json(names: names)
    }

    private func json(names: [String]) throws(LearningError) -> [UInt8] {
        if !names.isEmpty { try nameFeatures(names) }
        var length: UInt64 = 0
        var text: UnsafePointer<CChar>?
        try XGBoostCall.check(cxgboost_booster_save_json(handle, &length, &text))
        guard let text else { throw LearningError(.libraryFailed) }
        return [UInt8](UnsafeRawBufferPointer(start: text, count: Int(length)))
    }

    private func nameFeatures(_ names: [String]) throws(LearningError) {
        let texts = names.map { Array(Self.tame($0).utf8CString) }
        let starts = texts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        let code = Array(texts.joined()).withUnsafeBufferPointer { bytes in
            var pointers = starts.dropLast().map { start in bytes.baseAddress.map { $0 + start } }
            return cxgboost_booster_name_features(handle, &pointers, UInt64(names.count))
        }
        try XGBoostCall.check(code)
    }

    /// The library's writer and its Python package refuse or mangle some characters.
    private static func tame(_ name: String) -> String {
        String(
            decoding: name.utf8.map { byte in
                switch byte {
                case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "<"), UInt8(ascii: "\""), UInt8(ascii: "\\"),
                    0...0x20, 0x7f...0xff:
                    UInt8(ascii: "_")
                default: byte
                }
            }, as: UTF8.self)
    }
}

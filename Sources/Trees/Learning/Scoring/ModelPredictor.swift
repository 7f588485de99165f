import Glibc
import JSON

/// What `model predict` asks: a package's directory or a library's own file, and rows for it.
public struct ModelPredictor: Sendable {
    private enum Source: Sendable {
        case package(PackageScorer)
        case file(ScoringForest)
    }
    private let source: Source
    public let columns: [RowsFile.Column]

    public init(path: String) throws(LearningError) {
        if Self.isDirectory(path) {
            let scorer = try PackageScorer(ModelPackage.read(path))
            source = .package(scorer)
            columns = scorer.encoder.columns.enumerated().map { column, input in
                let isText =
                    input.encoding.takesNumbers
                    ? scorer.forest.features[scorer.encoder.offsets[column]].isText : true
                return RowsFile.Column(input.name, isText: isText)
            }
        } else {
            do throws(ModelError) {
                let forest = try ScoringForest(path: path)
                source = .file(forest)
                columns = forest.features.map { RowsFile.Column($0.name, isText: $0.isText) }
            } catch {
                throw LearningError(
                    error.reason == .unreadable ? .unreadable : .badModel, path, detail: error.description)
            }
        }
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// How many margins a row has.
    public var outputCount: Int {
        switch source {
        case .package: 1
        case .file(let forest): forest.outputCount
        }
    }

    /// The margins and what they mean, by row; `values` holds rows one after the other.
    public func predict(_ values: [RowEncoder.Value]) -> (margins: [[Double]], outputs: [[Double]]) {
        let cells = cells(of: values)
        switch source {
        case .package(let scorer):
            let margins = scorer.margins(ofCells: cells)
            return (margins.map { [$0] }, margins.map { [scorer.probability(ofMargin: $0)] })
        case .file(let forest):
            let flat = forest.margins(ofCells: cells)
            let width = forest.outputCount
            let margins = stride(from: 0, to: flat.count, by: width).map { Array(flat[$0..<$0 + width]) }
            return (margins, margins.map { forest.outputs(ofMargins: $0) })
        }
    }

    private func cells(of values: [RowEncoder.Value]) -> [Float] {
        let rows = columns.isEmpty ? 0 : values.count / columns.count
        switch source {
        case .package(let scorer):
            let width = scorer.encoder.cellCount
            return [Float](unsafeUninitializedCapacity: rows * width) { cells, count in
                guard let base = cells.baseAddress else { return }
                for row in 0..<rows {
                    scorer.encoder.fill(base + row * width, forest: scorer.forest) { values[row * columns.count + $0] }
                }
                count = rows * width
            }
        case .file(let forest):
            return values.enumerated().map { place, value in
                let feature = place % columns.count
                switch value {
                case .number(let number): return forest.cell(of: number, feature: feature)
                case .text(let text): return forest.cell(of: text, feature: feature)
                }
            }
        }
    }
}

extension ModelPredictor {
    /// What each column adds to the margins, and last the base: by row, by output, `columns.count` + 1 values. The
    /// cells of a column are added up.
    public func contributions(_ values: [RowEncoder.Value]) throws(LearningError) -> [[[Double]]] {
        let (forest, groups): (ScoringForest, [Range<Int>])
        switch source {
        case .package(let scorer): (forest, groups) = (scorer.forest, scorer.encoder.groups)
        case .file(let file): (forest, groups) = (file, columns.indices.map { $0..<$0 + 1 })
        }
        do throws(ModelError) {
            let flat = try forest.explain(cells: cells(of: values)).contributions
            let base = try forest.bases()
            let width = forest.outputCount * forest.cellCount
            return stride(from: 0, to: flat.count, by: max(1, width)).map { row in
                (0..<forest.outputCount).map { output in
                    let start = row + output * forest.cellCount
                    let shares = groups.map { group in group.reduce(0.0) { $0 + flat[start + $1] } }
                    return shares + [base[output]]
                }
            }
        } catch {
            throw LearningError(.badModel, detail: error.description)
        }
    }

    /// `{"margin":[…],"probability":[…],"shap":[[…]]}`: a number a row, or an array of them when there are several
    /// outputs; of two classes' probabilities, the second.
    public func json(_ values: [RowEncoder.Value], explains: Bool = false) throws(LearningError) -> [UInt8] {
        let (margins, outputs) = predict(values)
        let contributions = explains ? try contributions(values) : nil
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("margin")
            Self.write(margins, &writer)
            writer.key("probability")
            Self.write(zip(margins, outputs).map { $0.count == 1 && $1.count == 2 ? [$1[1]] : $1 }, &writer)
            guard let contributions else { return }
            writer.key("shap")
            writer.array { writer in
                for row in contributions { row.count == 1 ? row[0].write(to: &writer) : row.write(to: &writer) }
            }
        }
        return writer.finish()
    }

    private static func write(_ rows: [[Double]], _ writer: inout JSONWriter) {
        writer.array { writer in
            for row in rows { row.count == 1 ? writer.double(row[0]) : row.write(to: &writer) }
        }
    }
}

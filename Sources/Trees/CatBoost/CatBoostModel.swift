import Platform

/// A model that CatBoost has trained.
public struct CatBoostModel: Sendable {
    public enum Kind: Sendable, Equatable {
        case number
        /// Its cells are made by `Cell.category(_:)`.
        case category
        /// A cell that the model never looks at.
        case unused
    }
    public struct Feature: Sendable, Equatable {
        public var name: String
        public var kind: Kind

        public init(name: String, kind: Kind) { (self.name, self.kind) = (name, kind) }
    }
    /// Trees that ask the same question in all nodes of a level, or trees that don't.
    public enum Trees: Sendable {
        case oblivious(ObliviousForest)
        case grown(Ensemble)
    }

    /// Of the library: "1.2.10"; empty when the file does not tell.
    public var version: String
    /// As the library calls it: "Logloss".
    public var objective: String
    public var link: Link
    /// As the file names them; empty when the model does not classify.
    public var classes: [String]
    /// One a cell, in the order of the cells.
    public var features: [Feature]
    public var trees: Trees

    /// What the library answers for these margins: a probability for each class, or a number.
    public func outputs(of margins: [Double]) -> [Double] {
        let linked = link.outputs(of: margins, isSingle: false)
        guard isBinary, linked.count == 1 else { return linked }
        return [1 - linked[0], linked[0]]
    }

    private var isBinary: Bool { objective == "Logloss" || objective == "CrossEntropy" }
}

extension CatBoostModel {
    /// Reads either format: `.cbm`, or JSON.
    public init(reading bytes: [UInt8]) throws(ModelError) {
        guard bytes.count <= ModelLimits.fileBytes else {
            throw ModelError(.tooLarge, "a file of \(bytes.count) bytes")
        }
        let parts: CatBoostParts
        if bytes.starts(with: CatBoostBinary.mark) {
            let read = bytes.withUnsafeBytes { bytes in
                Result { () throws(ModelError) in try CatBoostBinary.read(bytes) }
            }
            parts = try read.get()
        } else {
            parts = try CatBoostJSON.read(bytes.span.bytes)
        }
        self = try CatBoostAssembly.model(of: parts)
    }

    /// Reads a file. It blocks.
    public init(file path: String) throws(ModelError) {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try File.read(path, limit: ModelLimits.fileBytes) } catch {
            throw ModelError(.unreadable, error.message)
        }
        try self.init(reading: bytes)
    }

    static func link(for objective: String) -> Link {
        switch objective {
        case "Logloss", "CrossEntropy", "MultiClassOneVsAll", "MultiLogloss", "MultiCrossEntropy", "Focal":
            .logistic(scale: 1)
        case "MultiClass": .softmax
        case "Poisson", "Tweedie": .exponential
        default: .identity
        }
    }
}

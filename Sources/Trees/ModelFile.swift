import Platform

/// Reads a model of any library that is known, telling by the content which it is.
public enum ModelFile {
    public static func read(path: String) throws(ModelError) -> Model {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try File.read(path, limit: ModelLimits.fileBytes) } catch {
            throw ModelError(.unreadable, error.message)
        }
        return try read(bytes)
    }

    public static func read(_ bytes: [UInt8]) throws(ModelError) -> Model {
        guard bytes.count <= ModelLimits.fileBytes else { throw ModelError(.tooLarge, "\(bytes.count) bytes") }
        switch ModelFormat(of: bytes) {
        case .xgboostJSON: return try XGBoostReader.json(bytes)
        case .xgboostUBJSON: return try XGBoostReader.ubj(bytes)
        case .lightgbm: return try LightGBMReader.text(bytes)
        case .catboostJSON, .catboostBinary: throw ModelError(.unsupported, "CatBoost")
        case nil: throw ModelError(.unknownFormat, "starts with \(bytes.prefix(16))", at: 0)
        }
    }
}

/// The formats of model files, as their first bytes tell them apart.
enum ModelFormat {
    case xgboostJSON, xgboostUBJSON, lightgbm, catboostJSON, catboostBinary

    init?(of bytes: [UInt8]) {
        if bytes.starts(with: "CBM1".utf8) {
            self = .catboostBinary
        } else if bytes.starts(with: "tree\n".utf8) || bytes.starts(with: "tree\r\n".utf8) {
            self = .lightgbm
        } else if bytes.first == UInt8(ascii: "{"),
            bytes.dropFirst().first.map({ Self.ubjMarkers.contains($0) }) == true
        {
            self = .xgboostUBJSON
        } else if let brace = bytes.firstIndex(where: { !Self.space.contains($0) }), bytes[brace] == UInt8(ascii: "{") {
            let isXGBoost = Self.hasName("learner", in: bytes[brace...])
            self = isXGBoost ? .xgboostJSON : .catboostJSON
        } else {
            return nil
        }
    }

    private static let space: [UInt8] = [0x20, 0x09, 0x0a, 0x0d]
    /// Of the length of an object's first name.
    private static let ubjMarkers: [UInt8] = Array("iUIlL".utf8)

    /// XGBoost's object has few members, "learner" the first or after "version"; CatBoost's never has it at all.
    private static func hasName(_ name: String, in text: ArraySlice<UInt8>) -> Bool {
        let head = text.prefix(4096)
        let quoted = Array("\"\(name)\"".utf8)
        return head.indices.contains { head[$0...].starts(with: quoted) }
    }
}

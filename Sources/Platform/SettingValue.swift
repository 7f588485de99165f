/// The value of a setting, checked against its kind.
enum SettingValue: Equatable, Sendable {
    case integer(Int)
    case boolean(Bool)
    case text(String)
    case duration(Duration)
    case byteSize(Int)
    case list([String])

    var text: String {
        switch self {
        case .integer(let value): String(value)
        case .boolean(let value): value ? "true" : "false"
        case .text(let value): value
        case .duration(let value): Quantity.text(value)
        case .byteSize(let value): Quantity.text(size: value)
        case .list(let values): values.joined(separator: ",")
        }
    }
}

/// What a setting wanted instead, in French: « un nombre entier de 1 à 65535 ».
struct SettingRefusal: Error, Equatable {
    let expected: String
}

extension Setting.Kind {
    func parse(_ text: String) throws(SettingRefusal) -> SettingValue {
        switch self {
        case .integer(let range):
            if let value = Int(text), range.contains(value) { return .integer(value) }
        case .boolean:
            switch text.lowercased() {
            case "true", "oui", "1": return .boolean(true)
            case "false", "non", "0": return .boolean(false)
            default: break
            }
        case .string, .path, .secret:
            if !text.isEmpty, !text.utf8.contains(0) { return .text(text) }
        case .duration(let range):
            if let value = Quantity.duration(text), range.contains(value) { return .duration(value) }
        case .byteSize(let range):
            if let value = Quantity.size(text), range.contains(value) { return .byteSize(value) }
        case .choice(let choices):
            if choices.contains(text) { return .text(text) }
        case .list:
            return .list(text.split(separator: ",").map(Self.trimmed).filter { !$0.isEmpty })
        }
        throw SettingRefusal(expected: expected)
    }

    /// What was wanted, in French, after « est attendu : ».
    var expected: String {
        switch self {
        case .integer(let range): "un nombre entier de \(range.lowerBound) à \(range.upperBound)"
        case .boolean: "true ou false"
        case .string: "un texte"
        case .path: "un chemin"
        case .duration(let range):
            "une durée de \(Quantity.text(range.lowerBound)) à \(Quantity.text(range.upperBound)), comme 30s, 5m ou 1h"
        case .byteSize(let range):
            "une taille de \(Quantity.text(size: range.lowerBound)) à \(Quantity.text(size: range.upperBound)), comme 20MB"
        case .choice(let choices): "un choix parmi \(choices.joined(separator: ", "))"
        case .list: "une liste de textes"
        case .secret: "un secret"
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

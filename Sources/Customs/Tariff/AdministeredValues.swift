public import JSON

/// Minimum values that an office maintains for some goods: below them a value is to be justified.
///
/// The file is optional; what it does not name has no minimum.
public struct AdministeredValues: Sendable {
    struct Entry: Sendable {
        /// Nil: whatever the origin.
        let origin: String?
        /// The unit that the minimum is for; nil: a net kilogram.
        let unit: String?
        /// In FCFA.
        let minimum: Double
        let validity: Validity
    }

    /// By the prefix of the code.
    private var entries: [String: [Entry]] = [:]

    static let file = "tarif/valeurs_administrees.json"

    init() {}

    /// The minimum for a unit, or a kilogram, of the goods: of the most precise code, and of the named origin before
    /// all origins.
    func minimum(of code: String, origin: String?, unit: String?, on day: Int?) -> (minimum: Double, isPerUnit: Bool)? {
        guard !entries.isEmpty else { return nil }
        for length in stride(from: min(10, code.utf8.count), through: 2, by: -1) {
            let fitting = (entries[String(code.prefix(length))] ?? []).filter {
                ($0.origin == nil || $0.origin == origin) && ($0.unit == nil || $0.unit == unit)
                    && $0.validity.contains(day)
            }
            let found = fitting.first { $0.origin != nil } ?? fitting.first
            if let found { return (found.minimum, found.unit != nil) }
        }
        return nil
    }
}

extension AdministeredValues: JSONReadable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var values = AdministeredValues()
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "source": _ = try reader.string()
            case "valeurs":
                try reader.array { reader throws(JSONError) in
                    let (prefix, entry) = try Self.entry(&reader)
                    values.entries[prefix, default: []].append(entry)
                }
            default: throw reader.unknownMember(key)
            }
        }
        self = values
    }

    private static func entry(_ reader: inout JSONReader) throws(JSONError) -> (String, Entry) {
        var (prefix, origin, unit): (String?, String?, String?)
        var minimum: Double?
        var validity = ValidityReader()
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "sh": prefix = try reader.tariffPrefix()
            case "origine": origin = try reader.string()
            case "unite": unit = try reader.string()
            case "minimum":
                let place = try reader.offset()
                let value = try reader.double()
                guard value > 0, value.isFinite else { throw reader.refusal(at: place) }
                minimum = value
            case "depuis": validity.from = try reader.day()
            case "jusqua": validity.to = try reader.day()
            default: throw reader.unknownMember(key)
            }
        }
        let entry = Entry(
            origin: origin, unit: unit, minimum: try reader.required(minimum, "minimum"), validity: validity.validity)
        return (try reader.required(prefix, "sh"), entry)
    }
}

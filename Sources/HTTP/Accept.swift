/// What the client would like to receive (RFC 9110 §12.5).
public enum Accept {
    /// The place in `offers` of what the client prefers; among equals the first. Nil asks for 406.
    public static func choose(_ field: UnsafeRawBufferPointer?, from offers: [MediaType]) -> Int? {
        let ranges = field.map { Weighted.list($0, element: mediaRange) } ?? []
        guard !ranges.isEmpty else { return offers.isEmpty ? nil : 0 }
        var best: (place: Int, weight: Int)?
        for (place, offer) in offers.enumerated() {
            // §12.5.1: the most specific range that matches has precedence.
            let matches = ranges.filter { $0.value.matches(offer) }
            guard let match = matches.max(by: { $0.value.specificity < $1.value.specificity }) else { continue }
            if match.weight > best?.weight ?? 0 { best = (place, match.weight) }
        }
        return best?.place
    }

    /// Whether gzip is wanted for the answer.
    public static func wantsGzip(_ field: UnsafeRawBufferPointer?) -> Bool {
        guard let field else { return false }
        var weights: [String: Int] = [:]
        for coding in Weighted.list(field, element: { reader throws(ParseError) in try reader.lowercasedToken() }) {
            // RFC 9110 §8.4.1.3: x-gzip is the same.
            weights[coding.value == "x-gzip" ? "gzip" : coding.value] = coding.weight
        }
        let gzip = weights["gzip"] ?? weights["*"] ?? 0
        return gzip > 0 && gzip >= weights["identity"] ?? 0
    }

    public enum Language: String, Sendable { case fr, en }

    /// French unless the client prefers English.
    public static func language(_ field: UnsafeRawBufferPointer?) -> Language {
        guard let field else { return .fr }
        var weights: [String: Int] = [:]
        for range in Weighted.list(field, element: languageRange) {
            weights[range.value] = max(weights[range.value] ?? 0, range.weight)
        }
        let other = weights["*"] ?? 0
        return weights["en"] ?? other > weights["fr"] ?? other ? .en : .fr
    }

    private struct MediaRange {
        let type: String
        let subtype: String
        var specificity: Int { type == "*" ? 0 : subtype == "*" ? 1 : 2 }
        func matches(_ offer: MediaType) -> Bool {
            (type == "*" || type == offer.type) && (subtype == "*" || subtype == offer.subtype)
        }
    }

    private static func mediaRange(_ reader: inout FieldReader) throws(ParseError) -> MediaRange {
        let type = try reader.lowercasedToken()
        try reader.expect(UInt8(ascii: "/"))
        let subtype = try reader.lowercasedToken()
        guard type != "*" || subtype == "*" else { throw .malformedFieldValue }
        return MediaRange(type: type, subtype: subtype)
    }

    /// The primary subtag: `fr-SN` speaks for `fr` (RFC 4647 §3.4).
    private static func languageRange(_ reader: inout FieldReader) throws(ParseError) -> String {
        String(try reader.lowercasedToken().prefix { $0 != "-" })
    }
}

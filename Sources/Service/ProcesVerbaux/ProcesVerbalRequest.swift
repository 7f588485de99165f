import Customs
import HTTP
import JSON
import Platform

/// What an agent asks for: which declarations, and who was there. Nothing of what is declared, decided or found comes with
/// it: that is in the records.
struct ProcesVerbalRequest: JSONReadable, Sendable {
    let declarations: [String]
    /// The account of the second agent.
    let secondAgent: String
    let words: ProcesVerbal.Words

    static let mostDeclarations = 20
    static let longestText = 8000

    init(json reader: inout JSONReader) throws(JSONError) {
        var declarations: [String]?
        var second: String?
        var (statement, reply): (String?, String?)
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "declarations":
                let place = try reader.offset()
                declarations = try reader.read()
                guard let declarations, 1...Self.mostDeclarations ~= declarations.count,
                    Set(declarations).count == declarations.count,
                    declarations.allSatisfy({ $0.utf8.count <= 100 && !$0.utf8.contains(0) })
                else { throw reader.refusal(at: place) }
            case "second_agent": second = try Self.text(&reader, 100)
            case "constatations": statement = try Self.text(&reader, Self.longestText)
            case "declarations_interesse": reply = try Self.text(&reader, Self.longestText)
            default: throw reader.unknownMember(key)
            }
        }
        self.declarations = try reader.required(declarations, "declarations")
        secondAgent = try reader.required(second, "second_agent")
        words = .init(statement: statement, reply: reply)
    }

    private static func text(_ reader: inout JSONReader, _ longest: Int) throws(JSONError) -> String? {
        let place = try reader.offset()
        guard let text = try String?(json: &reader), !text.isEmpty else { return nil }
        guard text.unicodeScalars.count <= longest, !text.utf8.contains(0) else { throw reader.refusal(at: place) }
        return text
    }
}

/// A signature, by the hash of what was read.
struct SignatureRequest: JSONReadable, Sendable {
    let hash: String

    init(json reader: inout JSONReader) throws(JSONError) {
        var hash: String?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "empreinte":
                let place = try reader.offset()
                hash = try reader.string()
                guard hash?.utf8.count == 64 else { throw reader.refusal(at: place) }
            default: throw reader.unknownMember(key)
            }
        }
        self.hash = try reader.required(hash, "empreinte")
    }
}

/// Why an act is closed or cancelled.
struct EndingRequest: JSONReadable, Sendable {
    let reason: String

    init(json reader: inout JSONReader) throws(JSONError) {
        var reason: String?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "motif":
                let place = try reader.offset()
                reason = try reader.string()
                let count = reason?.unicodeScalars.count ?? 0
                guard ProcesVerbalStanding.leastReason...ProcesVerbalStanding.mostReason ~= count,
                    reason?.utf8.contains(0) == false
                else { throw reader.refusal(at: place) }
            default: throw reader.unknownMember(key)
            }
        }
        self.reason = try reader.required(reason, "motif")
    }
}

import Customs
import JSON

/// Something that was not taken of what was sent, and why.
struct Reject: Sendable {
    var line: Int?
    var column: String?
    /// The declaration's.
    var number: String?
    /// Which of the sent ones, where they have no lines.
    var index: Int?
    let code: String
    /// French, for the sender.
    let message: String

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            if line != nil || column != nil {
                writer.member("ligne", line)
                writer.member("colonne", column)
            }
            writer.member("numero_declaration", ifPresent: number)
            writer.member("rang", ifPresent: index)
            writer.member("code", code)
            writer.member("message", message)
        }
    }

    init(
        line: Int? = nil, column: String? = nil, number: String? = nil, index: Int? = nil, _ code: String,
        _ message: String
    ) {
        (self.line, self.column, self.number, self.index) = (line, column, number, index)
        (self.code, self.message) = (code, message)
    }

    /// Nil for what was taken.
    init?(_ answer: Answer) {
        guard case .refused(let code, let message) = answer.state else { return nil }
        self.init(number: answer.number, code, message)
    }
}

extension DeclarationFile {
    /// The rows that were not taken.
    var rejects: [Reject] {
        rejected.flatMap { row in
            row.reasons.map { reason in
                let column = reason.field.flatMap { mapping?.column(of: $0)?.header }
                return Reject(
                    line: row.line, column: column ?? reason.field.map { vocabulary.fields[$0].name },
                    reason.text(vocabulary), reason.message(vocabulary))
            }
        }
    }
}

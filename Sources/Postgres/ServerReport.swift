import CLibPQ

/// What the server said when it refused a statement.
public struct ServerReport: Sendable, Equatable {
    /// Five characters, as listed in PostgreSQL's appendix of error codes.
    public let sqlState: String
    public let severity: String
    public let text: String
    public var detail: String?
    public var hint: String?
    public var schema: String?
    public var table: String?
    public var column: String?
    public var constraint: String?
    /// The server's own function that raised the error.
    var routine: String?

    init(sqlState: String, severity: String = "ERROR", text: String) {
        (self.sqlState, self.severity, self.text) = (sqlState, severity, text)
    }

    init(_ result: OpaquePointer) {
        func field(_ code: Character) -> String? {
            PQresultErrorField(result, Int32(code.asciiValue!)).map { String(cString: $0) }
        }
        // libpq's own failures carry no fields.
        sqlState = field("C") ?? "08000"
        severity = field("V") ?? "FATAL"
        text = field("M") ?? String(cString: PQresultErrorMessage(result))
        (detail, hint) = (field("D"), field("H"))
        (schema, table, column, constraint) = (field("s"), field("t"), field("c"), field("n"))
        routine = field("R")
    }

    /// A statement prepared earlier no longer exists, or no longer gives the same columns.
    var isStalePlan: Bool { sqlState == "26000" || (sqlState == "0A000" && routine == "RevalidateCachedQuery") }

    /// Errors about values and constraints quote what was to be stored: names and numbers of people among it, which
    /// have no place in a log.
    fileprivate var quotesValues: Bool { sqlState.hasPrefix("22") || sqlState.hasPrefix("23") }

    /// Without the value that it ends with, as in `invalid input syntax for type date: "…"`.
    fileprivate var loggedText: String {
        guard sqlState.hasPrefix("22"), let quote = text.firstIndex(of: "\"") else { return text }
        return text[..<quote] + "…"
    }

    var code: String {
        switch sqlState {
        case "23505": "base_doublon"
        case "23503": "base_reference"
        case "23502", "23514", "23P01": "base_contrainte"
        case "40001", "40P01": "base_conflit"
        case "55P03": "base_verrou"
        case let state where state.hasPrefix("22"): "base_valeur"
        case let state where state.hasPrefix("53"): "base_saturee"
        case "25006": "base_lecture_seule"
        default: "base_refus"
        }
    }

    var message: String {
        switch code {
        case "base_doublon": "Cet enregistrement existe déjà."
        case "base_reference": "Un enregistrement lié manque, ou empêche l'opération."
        case "base_contrainte": "Une valeur ne respecte pas les règles de la base de données."
        case "base_conflit", "base_verrou": "Une autre opération modifie les mêmes données : réessayez."
        case "base_valeur": "Une valeur n'a pas la forme attendue."
        case "base_saturee": "La base de données est très sollicitée : réessayez dans un instant."
        case "base_lecture_seule": "La base de données n'accepte pas d'écriture pour le moment."
        default: "La base de données a refusé l'opération."
        }
    }
}

extension DatabaseError {
    /// From a result with an error status. A statement that ran out of its time is a timeout, whoever noticed.
    init(_ result: OpaquePointer, during statement: Statement?) {
        let report = ServerReport(result)
        var lines = ["\(report.severity) \(report.sqlState): \(report.loggedText)"]
        if let constraint = report.constraint { lines.append("CONSTRAINT: \(constraint)") }
        if !report.quotesValues {
            if let detail = report.detail { lines.append("DETAIL: \(detail)") }
            if let context = PQresultErrorField(result, Int32(UInt8(ascii: "W"))) {
                lines.append("CONTEXT: \(String(cString: context))")
            }
        }
        if let hint = report.hint { lines.append("HINT: \(hint)") }
        if let statement { lines.append("STATEMENT: \(statement)") }
        let isTimeout = report.sqlState == "57014" && report.text.contains("statement timeout")
        self.init(isTimeout ? .timeout(.notExecuted) : .server(report), lines.joined(separator: " | "))
    }
}

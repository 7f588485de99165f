import Customs
import HTTP
import JSON
import Platform

/// What the routes of procès-verbaux answer.
enum ProcesVerbalSchema {
    private static let state = Schema.words(ProcesVerbalStanding.State.allCases.map(\.rawValue))
    private static let agent = Schema.object([
        .init("nom", .string()), .init("compte", .string()), .init("signe_le", .nullable(.string(format: "date-time"))),
    ])

    private static let common: [Schema.Member] = [
        .init("id", .string(format: "uuid")), .init("numero", .string()), .init("etat", state),
        .init("bureau", .string()), .init("etabli_le", .string(format: "date-time")),
        .init("empreinte", .described("SHA-256 du contenu.", .string())), .init("agents", .array(agent)),
        .init("declarations", .array(.string())),
        .init(
            "fin",
            .nullable(.object([.init("le", .string(format: "date-time")), .init("motif", .string())]))),
        .init("document", .described("Le chemin du PDF.", .string())),
    ]

    static let page = Schema.object([
        .init("data", .array(.named("LigneProcesVerbal", .object(common)))),
        .init("page", .object([.init("next_cursor", .nullable(.string())), .init("limit", .integer(1...200))])),
    ])

    static let one = Schema.named(
        "ProcesVerbal",
        .object(
            common + [
                .init(
                    "insuffisances",
                    .array(
                        .object([
                            .init("code", .string()), .init("sigle", .string()), .init("sur_declare", .number()),
                            .init("sur_estime", .number()), .init("montant", .number()),
                        ]))), .init("montant_redresse", .nullable(.number())),
                .init(
                    "contenu",
                    .described("Tout ce qu'il dit, tel qu'il est haché selon la RFC 8785.", .map(.any))),
            ]))
}

/// What lists and single answers have in common.
private struct ProcesVerbalLine {
    let id: String
    let act: ProcesVerbal
    let standing: ProcesVerbalStanding
    let declarations: [String]

    func write(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("numero", act.number.description)
        json.member("etat", standing.state.rawValue)
        json.member("bureau", act.number.office)
        json.member("etabli_le", act.drawnUp.rfc3339())
        json.member("empreinte", standing.hash)
        json.key("agents")
        json.array { json in
            for (agent, account) in zip(act.agents, standing.agents) {
                json.object { json in
                    json.member("nom", agent.name)
                    json.member("compte", agent.account)
                    json.member("signe_le", standing.signatures.first { $0.agent == account }?.given.rfc3339())
                }
            }
        }
        json.member("declarations", declarations)
        json.key("fin")
        if let ending = standing.ending {
            json.object { json in
                json.member("le", ending.given.rfc3339())
                json.member("motif", ending.reason)
            }
        } else {
            json.null()
        }
        json.member("document", "/api/v2/pv/\(id).pdf")
    }
}

extension ProcesVerbalStore.Entry {
    func write(to json: inout JSONWriter) throws(JSONError) {
        let line = ProcesVerbalLine(
            id: id.description, act: try ProcesVerbal(parsing: content), standing: standing, declarations: declarations)
        json.object { line.write(to: &$0) }
    }
}

extension ProcesVerbaux.Whole: JSONWritable {
    func write(to json: inout JSONWriter) {
        let line = ProcesVerbalLine(
            id: id.description, act: act, standing: standing, declarations: act.cases.map(\.number))
        json.object { json in
            line.write(to: &json)
            json.key("insuffisances")
            json.array { json in
                for tax in act.shortfalls {
                    json.object { json in
                        json.member("code", tax.code)
                        json.member("sigle", tax.symbol)
                        json.member("sur_declare", tax.onDeclared)
                        json.member("sur_estime", tax.onEstimate)
                        json.member("montant", tax.amount)
                    }
                }
            }
            json.member("montant_redresse", act.adjusted)
            json.key("contenu")
            json.raw(act.canonicalBytes())
        }
    }
}

import Analysis
import Crypto
import Customs
import Decisions
import HTTP
import JSON
import Platform

/// A declaration as it was handed in.
struct Given: Sendable {
    let declaration: Declaration
    let written: DeclarationContent.Written
    var origin: DeclarationOrigin?
}

extension Running {
    func look(
        at given: Given, _ submission: Submission, on day: CivilDate
    ) throws(Problem) -> DeclarationStore.Recording {
        let (id, prediction, decision) = (UUIDv7.make(), UUIDv7.make(), UUIDv7.make())
        var analysed = try analyse(given.declaration, given.origin, as: decision, submission, on: day)
        guard let year = Int16(given.declaration.key.year) else { throw Problem(.validationFailed) }
        analysed.analysis.predictionID = prediction.description
        analysed.analysis.decisionID = decision.description
        let schema = office.vocabulary.schema
        func texts(_ name: String) -> [String] {
            given.declaration.articles.map { article in
                schema[name].flatMap { article.facts.texts[$0.slot] } ?? ""
            }
        }
        return DeclarationStore.Recording(
            id: id, predictionID: prediction, key: given.declaration.key, year: year, written: given.written,
            codes: texts("code_sh"), origins: texts("pays_origine"), analysed: analysed, source: submission.source,
            user: submission.principal.user, day: day, received: submission.moment,
            answer: analysed.analysis.jsonBytes(), record: analysed.analysis.decision.jsonBytes(), origin: given.origin)
    }

    /// What is thought of a declaration, and is kept nowhere.
    func simulate(
        _ declaration: Declaration, _ origin: DeclarationOrigin?, _ submission: Submission, on day: CivilDate
    ) throws(Problem) -> Answer {
        let analysis = try analyse(declaration, origin, as: .make(), submission, on: day).analysis
        return Answer(
            number: declaration.key.description, state: .simulated, json: submission.show(analysis),
            lane: analysis.lane.rawValue)
    }

    private func analyse(
        _ declaration: Declaration, _ origin: DeclarationOrigin?, as decision: UUIDv7, _ submission: Submission,
        on day: CivilDate
    ) throws(Problem) -> Analysed {
        let analysed = analyse(
            declaration, asked: submission.chapter, id: decision, on: Int32(clamping: day.daysSinceEpoch),
            origin?.conditions ?? [], under: submission.rules ?? rules, isRecorded: !submission.isSimulation)
        guard let analysed else {
            throw Problem(.unavailable, "Aucune politique n'est en vigueur.", retryAfter: 10)
        }
        return analysed
    }
}

extension Submission {
    func show(_ analysis: DeclarationAnalysis) -> [UInt8] {
        var writer = JSONWriter()
        analysis.write(to: &writer, strongest: wantsAll ? .max : DeclarationAnalysis.strongest)
        return writer.finish()
    }
}

extension DeclarationStore.Recording {
    func shown(_ submission: Submission) -> [UInt8] {
        submission.wantsAll ? submission.show(analysed.analysis) : answer
    }

    /// The decision's hash stands in the chain: whoever changes its record is found out.
    func event(_ actor: AuditActor) -> AuditEvent {
        AuditEvent(
            name: "declaration.analysee", actor: actor, object: "declaration:\(key)",
            details: [
                .init("decision", .string(analysed.decisionID.description)),
                .init("voie", .string(analysed.analysis.lane.rawValue)),
                .init("empreinte_decision", .string(SHA256.hash(record).hexadecimal)),
            ])
    }
}

import HTTP
import JSON

/// What is answered to many declarations at once.
struct BatchAnswer {
    let answers: [Answer]
    let rejects: [Reject]
    /// How many rows they are: a row may be refused for several reasons.
    let rejected: Int
    /// What is said of the file that they came in; a value of JSON.
    var file: [UInt8]?

    func response() -> Response {
        let isNew = answers.contains { if case .recorded = $0.state { true } else { false } }
        let rejects = rejects + answers.compactMap { Reject($0) }
        var statistics = BatchStatistics()
        statistics.add(answers)
        statistics.rejected += rejected
        var writer = JSONWriter()
        writer.object { writer in
            if let file {
                writer.key("fichier")
                writer.raw(file)
            }
            writer.key("declarations")
            writer.array { writer in for answer in answers where !answer.json.isEmpty { writer.raw(answer.json) } }
            writer.key("rejets")
            writer.array { writer in for reject in rejects { reject.write(to: &writer) } }
            writer.member("statistiques", statistics)
        }
        return Response(isNew ? .created : .ok, .json, writer.finish())
    }
}

/// How many of what became of many declarations.
struct BatchStatistics: Sendable, JSONWritable {
    var total = 0
    var lanes = [0, 0, 0]
    var rejected = 0

    static let names: [String] = ["conforme", "zone_grise", "fraude"]

    mutating func add(_ answers: [Answer]) {
        for answer in answers {
            guard !answer.json.isEmpty else {
                rejected += 1
                continue
            }
            total += 1
            if let place = answer.lane.flatMap({ Self.names.firstIndex(of: $0) }) { lanes[place] += 1 }
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("total", total)
            for (name, count) in zip(Self.names, lanes) {
                writer.key(name)
                writer.int(count)
            }
            writer.member("rejetees", rejected)
        }
    }

    init() {}

    init(_ value: JSONValue?) {
        total = value?["total"]?.int ?? 0
        lanes = Self.names.map { value?[$0]?.int ?? 0 }
        rejected = value?["rejetees"]?.int ?? 0
    }
}

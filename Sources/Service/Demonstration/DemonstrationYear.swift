import Analysis
import Customs
import Platform
import Reading

/// The imagined year: its declarations as offices would send them, and what controls of them find.
struct DemonstrationYear: Sendable {
    let file: DeclarationFile
    /// By row of the file.
    let records: [TwinRecord]
    let arrivals: [Arrival]

    /// What an office hands in on a day.
    struct Arrival: Sendable {
        let day: Int
        let office: String
        var rows: Range<Int>
    }

    /// Far from the numbers of the world that the shipped models have learned from: its traders are not these.
    private static let firstTrader = 10_000

    init(_ plan: DemonstrationPlan, _ office: Analysis.Office) throws {
        let world = try TwinWorld.load(from: office.configuration).on(plan.days, offices: DemonstrationPlan.offices)
        var twin = Twin(
            world, tariff: office.reader.tariff, declarations: plan.declarations, seed: UInt64(clamping: plan.seed),
            numberedFrom: Self.firstTrader)
        var made: [TwinRecord] = []
        twin.run(plan.declarations) { made.append($0) }
        made.sort { ($0.day, $0.office) < ($1.day, $1.office) }
        var bytes = Array(TwinRecord.declarationHeader.utf8)
        for record in made { record.unexamined.writeLines(to: &bytes) }
        let document = DocumentBytes(bytes)
        file = try office.reader.read { () throws(ReadingError) in try TableFile(document).table() }
        guard file.failure == nil, file.rejected.isEmpty, file.declarationCount == made.count else {
            throw DemonstrationError.unreadable
        }
        let byNumber = Dictionary(uniqueKeysWithValues: made.map { ($0.number, $0) })
        var (records, arrivals): ([TwinRecord], [Arrival]) = ([], [])
        for row in 0..<file.declarationCount {
            guard let record = byNumber[file.declaration(row).key.description] else {
                throw DemonstrationError.unreadable
            }
            records.append(record)
            if let last = arrivals.last, last.day == record.day, last.office == record.office {
                arrivals[arrivals.count - 1].rows = last.rows.lowerBound..<row + 1
            } else {
                arrivals.append(Arrival(day: record.day, office: record.office, rows: row..<row + 1))
            }
        }
        (self.records, self.arrivals) = (records, arrivals)
    }
}

/// Why there is no demonstration, in French.
enum DemonstrationError: Error, CustomStringConvertible {
    case foreign, unreadable, refused(String)

    var description: String {
        switch self {
        case .foreign:
            "cette base contient des comptes ou des déclarations qui ne viennent pas d'une démonstration : rien n'y est changé. Choisissez un autre répertoire de données."
        case .unreadable: "les déclarations imaginées ne se lisent pas : la configuration a-t-elle été changée ?"
        case .refused(let message): "la démonstration ne peut pas continuer : \(message)"
        }
    }
}

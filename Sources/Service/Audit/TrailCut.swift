import Crypto
import JSON
import Platform

/// The event that says that the trail no longer has its beginning: up to which event it went, and that event's hash, from
/// which the chain is verified.
struct TrailCut: Equatable, Sendable {
    static let event = "journal.coupe"
    /// Nothing is kept for less.
    static let fewestMonths = 6

    /// Its own number.
    let seq: Int
    let date: Timestamp
    /// The last that went.
    let until: Int
    let hash: Digest
    let months: Int

    /// Nil when the event is none.
    init?(canonical: some Sequence<UInt8>) {
        guard let value = try? JSONValue(parsing: Array(canonical)), value["evenement"]?.string == Self.event,
            let seq = value["seq"]?.int, let date = value["date"]?.string.flatMap({ Timestamp(rfc3339: $0) }),
            let details = value["details"], let until = details["jusqu_a"]?.int, until > 0,
            let hash = details["empreinte"]?.string.flatMap(Digest.init(hexadecimal:)),
            let months = details["mois"]?.int, 0...100_000 ~= months
        else { return nil }
        (self.seq, self.date, self.until, self.hash, self.months) = (seq, date, until, hash, months)
    }

    /// The last of an exported journal that does not begin with its first event.
    init?(exported lines: [[UInt8].SubSequence]) {
        func canonical(_ line: [UInt8].SubSequence) -> [UInt8].SubSequence {
            line.dropFirst(2 * Digest.byteCount + 1)
        }
        guard let first = lines.first, let value = try? JSONValue(parsing: Array(canonical(first))),
            let number = value["seq"]?.int, number > 1
        else { return nil }
        let name = Array("\"evenement\":\"\(Self.event)\"".utf8)
        for line in lines.reversed() where line.firstRange(of: name) != nil {
            if let cut = TrailCut(canonical: canonical(line)) {
                self = cut
                return
            }
        }
        return nil
    }

    static func details(_ removed: AuditStore.Removed, until: Int) -> [JSONValue.Member] {
        [
            .init("jusqu_a", .int(until)), .init("empreinte", .string(removed.hash.hexadecimal)),
            .init("evenements", .int(removed.events)), .init("mois", .int(removed.months)),
            .init("limite", .string(removed.limit.rfc3339(.seconds))),
        ]
    }

    /// The last day that had expired when it was made.
    var oldest: CivilDate {
        let day = date.date
        let month = day.year * 12 + day.month - 1 - months
        let (year, number) = (month / 12, month % 12 + 1)
        let last = CivilDate.days(inMonth: number, of: year)
        return CivilDate(year: year, month: number, day: min(day.day, last)) ?? CivilDate(daysSinceEpoch: .min)
    }
}

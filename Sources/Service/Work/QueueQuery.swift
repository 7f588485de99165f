import Crypto
import Decisions
import HTTP
import JSON
import Platform

/// The criteria of the queue, out of a query.
struct QueueQuery {
    private let query: Query

    private static let names: Set<String> = ["chapitre", "voie", "bureau", "attribution", "cursor", "limit"]

    init(_ query: Query) throws {
        self.query = query
        for name in try query.names where !Self.names.contains(name) {
            throw Self.refusal(name, "unknown_field", "ce critère n'existe pas")
        }
    }

    /// What the principal may see of it.
    func filter(for principal: Principal) throws -> QueueStore.Filter {
        var filter = QueueStore.Filter()
        filter.chapter = try QueueRequest.chapter(text("chapitre", 8))
        filter.office = try text("bureau", 8)
        if let own = principal.bureau {
            // Another office's are no rows, as if they were not there.
            if let asked = filter.office, asked != own { filter.matchesNothing = true }
            filter.office = own
        }
        if let word = try text("voie", 16) {
            guard let lane = Lane(rawValue: word), lane != .conforme else {
                throw Self.refusal("voie", "invalid", "« zone_grise » ou « fraude »")
            }
            filter.lane = lane
        }
        switch try text("attribution", 16) {
        case nil, "libres": filter.claims = .free
        case "miens": filter.claims = .of(principal.user)
        case "tous": filter.claims = .any
        default: throw Self.refusal("attribution", "invalid", "« libres », « miens » ou « tous »")
        }
        if let limit = try text("limit", 4) {
            guard let limit = Int(limit), 1...200 ~= limit else {
                throw Self.refusal("limit", "invalid", "de 1 à 200")
            }
            filter.limit = limit
        }
        return filter
    }

    /// Where the next page begins. It holds the moment of the first: what ages between two pages keeps its place.
    struct Cursor {
        let moment: QueueMoment
        let last: QueueStore.Place

        var text: String {
            let parts: [String] = [
                "\(moment.instant.microseconds)", "\(moment.minutes.zoneGrise)", "\(moment.minutes.fraude)",
                "\(last.band.rawValue)", "\(last.received.microseconds)", "\(last.priority)", "\(last.id)",
            ]
            return Base64.url.encode(Array(parts.joined(separator: " ").utf8))
        }

        init(moment: QueueMoment, last: QueueStore.Place) { (self.moment, self.last) = (moment, last) }

        init?(_ text: String) {
            let parts = (Base64.url.decode(text) ?? []).split(separator: 0x20).map {
                String(decoding: $0, as: UTF8.self)
            }
            guard parts.count == 7, let instant = Int64(parts[0]), let light = Double(parts[1]),
                let full = Double(parts[2]), 1...1e6 ~= light, 1...1e6 ~= full,
                let band = Int(parts[3]).flatMap({ QueueStore.Band(rawValue: $0) }), let received = Int64(parts[4]),
                let priority = Double(parts[5]), priority >= 0, priority.isFinite, let id = UUIDv7(parts[6])
            else { return nil }
            moment = QueueMoment(
                instant: Timestamp(microseconds: instant), minutes: LaneValues(0, light, full))
            last = QueueStore.Place(
                id: id, band: band, received: Timestamp(microseconds: received), priority: priority)
        }
    }

    func cursor() throws -> Cursor? {
        guard let text = try text("cursor", 400) else { return nil }
        guard let cursor = Cursor(text) else {
            throw Self.refusal("cursor", "invalid", "ce n'est pas un curseur de cette liste")
        }
        return cursor
    }

    private func text(_ name: String, _ longest: Int) throws -> String? {
        guard let text = try query.single(name), !text.isEmpty else { return nil }
        guard text.utf8.count <= longest, !text.utf8.contains(0) else {
            throw Self.refusal(name, "invalid", "texte trop long ou illisible")
        }
        return text
    }

    private static func refusal(_ name: String, _ code: String, _ message: String) -> Problem {
        Problem(.validationFailed, items: [.init(pointer: name, code: code, message: message)])
    }
}

/// What is asked for with the next file, or with a claim.
struct QueueRequest: JSONReadable, Sendable {
    var minutes: Int?
    var chapter: String?
    var lane: Lane?

    init() {}

    init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            let place = try reader.offset()
            switch key {
            case "minutes":
                minutes = try reader.read()
                guard minutes.map({ WorkRules.standard.leaseMinutes ~= $0 }) ?? true else {
                    throw reader.refusal(at: place)
                }
            case "chapitre":
                chapter = Self.chapter(try reader.read())
                guard chapter.map({ $0.utf8.count == 2 }) ?? true else { throw reader.refusal(at: place) }
            case "voie":
                lane = try reader.read()
                guard lane != .conforme else { throw reader.refusal(at: place) }
            default: throw reader.unknownMember(key)
            }
        }
    }

    static func chapter(_ text: String?) -> String? {
        text.map { $0.hasPrefix("chap") ? String($0.dropFirst(4)) : $0 }
    }

    var lease: Duration? { minutes.map { .seconds(Int64($0) * 60) } }
}

/// Only how long.
struct LeaseRequest: JSONReadable, Sendable {
    var minutes: Int?

    init() {}

    init(json reader: inout JSONReader) throws(JSONError) {
        try reader.object { key, reader throws(JSONError) in
            let place = try reader.offset()
            guard case "minutes" = key else { throw reader.unknownMember(key) }
            minutes = try reader.read()
            guard minutes.map({ WorkRules.standard.leaseMinutes ~= $0 }) ?? true else {
                throw reader.refusal(at: place)
            }
        }
    }

    var lease: Duration? { minutes.map { .seconds(Int64($0) * 60) } }
}

/// Why a file is given back.
struct ReleaseRequest: JSONReadable, Sendable {
    let reason: String

    init(json reader: inout JSONReader) throws(JSONError) {
        var reason: String?
        try reader.object { key, reader throws(JSONError) in
            let place = try reader.offset()
            guard case "motif" = key else { throw reader.unknownMember(key) }
            let text = try reader.string()
            guard 3...500 ~= text.unicodeScalars.count, !text.utf8.contains(0) else { throw reader.refusal(at: place) }
            reason = text
        }
        self.reason = try reader.required(reason, "motif")
    }
}

public import Crypto
public import JSON
import Platform

/// The form that is stored, hashed and signed: RFC 8785, so that the same content is always the same bytes.
extension ProcesVerbal: JSONReadable, JSONWritable {
    static let format = 1

    public init(json reader: inout JSONReader) throws(JSONError) {
        var number: Number?
        var drawnUp: Timestamp?
        var (letterhead, agents): ([String]?, [Agent]?)
        var (title, office, place, notice): (String?, String?, String?, String?)
        var legalBasis: [LegalText]?
        var words = Words()
        var cases: [Case]?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "format":
                let place = try reader.offset()
                guard try reader.int() == Self.format else { throw reader.refusal(at: place) }
            case "numero": number = try reader.read()
            case "etabli_le": drawnUp = try reader.moment()
            case "entete": letterhead = try reader.read()
            case "titre": title = try reader.read()
            case "bureau": office = try reader.read()
            case "lieu": place = try reader.read()
            case "textes": legalBasis = try reader.read()
            case "mention_indications": notice = try reader.read()
            case "agents": agents = try reader.read()
            case "paroles": words = try reader.read()
            case "declarations": cases = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.number = try reader.required(number, "numero")
        self.drawnUp = try reader.required(drawnUp, "etabli_le")
        self.letterhead = try reader.required(letterhead, "entete")
        self.title = try reader.required(title, "titre")
        self.office = try reader.required(office, "bureau")
        self.legalBasis = try reader.required(legalBasis, "textes")
        inferenceNotice = try reader.required(notice, "mention_indications")
        self.agents = try reader.required(agents, "agents")
        self.cases = try reader.required(cases, "declarations")
        (self.place, self.words) = (place, words)
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("format", Self.format)
            writer.member("numero", number)
            writer.member("etabli_le", drawnUp.rfc3339(.microseconds))
            writer.member("entete", letterhead)
            writer.member("titre", title)
            writer.member("bureau", office)
            writer.member("lieu", ifPresent: place)
            writer.member("textes", legalBasis)
            writer.member("mention_indications", inferenceNotice)
            writer.member("agents", agents)
            writer.member("paroles", words)
            writer.member("declarations", cases)
        }
    }

    /// What is stored and hashed. Numbers that are no number have no such form; nothing in it is one.
    public func canonicalBytes() -> [UInt8] {
        let written = jsonBytes()
        return (try? JSONValue(parsing: written).canonicalBytes()) ?? written
    }

    /// Of the canonical form.
    public var digest: Digest { SHA256.hash(canonicalBytes()) }

    /// SHA-256 of the canonical form, in hexadecimal.
    public var contentHash: String { digest.hexadecimal }
}

extension ProcesVerbal.Number: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var year: Int?
        var office: String?
        var sequence: Int?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "annee": year = try reader.read()
            case "bureau": office = try reader.read()
            case "sequence": sequence = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            year: try reader.required(year, "annee"), office: try reader.required(office, "bureau"),
            sequence: try reader.required(sequence, "sequence"))
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("annee", year)
            writer.member("bureau", office)
            writer.member("sequence", sequence)
        }
    }
}

extension ProcesVerbal.Agent: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        let (name, account) = try reader.texts("nom", "compte")
        self.init(name: name, account: account)
    }

    public func write(to writer: inout JSONWriter) { writer.texts(("nom", name), ("compte", account)) }
}

extension ProcesVerbal.Words: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var statement: String?
        var reply: String?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "constatations": statement = try reader.read()
            case "declarations_interesse": reply = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(statement: statement, reply: reply)
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("constatations", ifPresent: statement)
            writer.member("declarations_interesse", ifPresent: reply)
        }
    }
}

extension LegalText: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        let (reference, subject) = try reader.texts("reference", "objet")
        self.init(reference: reference, subject: subject)
    }

    public func write(to writer: inout JSONWriter) { writer.texts(("reference", reference), ("objet", subject)) }
}

extension JSONReader {
    mutating func moment() throws(JSONError) -> Timestamp {
        let place = try offset()
        guard let moment = Timestamp(rfc3339: try string()) else { throw refusal(at: place) }
        return moment
    }

    mutating func civilDate() throws(JSONError) -> CivilDate {
        let place = try offset()
        guard let date = CivilDate(iso: try string()) else { throw refusal(at: place) }
        return date
    }
}

public import JSON
import Platform

extension ProcesVerbal.Case: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var number: String?
        var version: Int?
        var particulars: [ProcesVerbal.Particular]?
        var articles: [ArticleAppraisal]?
        var remarks: [ProcesVerbal.Remark]?
        var verdict: ProcesVerbal.Verdict?
        var inference: ProcesVerbal.Inference?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "numero_declaration": number = try reader.read()
            case "version": version = try reader.read()
            case "indications_declarees": particulars = try reader.read()
            case "articles": articles = try reader.read()
            case "controles": remarks = try reader.read()
            case "verdict": verdict = try reader.read()
            case "inference": inference = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            number: try reader.required(number, "numero_declaration"), version: try reader.required(version, "version"),
            particulars: try reader.required(particulars, "indications_declarees"),
            articles: try reader.required(articles, "articles"), remarks: try reader.required(remarks, "controles"),
            verdict: verdict, inference: try reader.required(inference, "inference"))
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("numero_declaration", number)
            writer.member("version", version)
            writer.member("indications_declarees", particulars)
            writer.member("articles", articles)
            writer.member("controles", remarks)
            writer.member("verdict", ifPresent: verdict)
            writer.member("inference", inference)
        }
    }
}

extension ProcesVerbal.Particular: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        let (label, value) = try reader.texts("libelle", "valeur")
        self.init(label, value)
    }

    public func write(to writer: inout JSONWriter) { writer.texts(("libelle", label), ("valeur", value)) }
}

extension ProcesVerbal.Remark: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var code: String?
        var sentence: String?
        var reference: String?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "code": code = try reader.read()
            case "phrase": sentence = try reader.read()
            case "reference": reference = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            code: try reader.required(code, "code"), sentence: try reader.required(sentence, "phrase"),
            reference: reference)
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("code", code)
            writer.member("phrase", sentence)
            writer.member("reference", ifPresent: reference)
        }
    }
}

extension ProcesVerbal.Verdict: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var given: Timestamp?
        var agent: String?
        var result: String?
        var evidence: String?
        var fraudType: String?
        var amount: Double?
        var comments: String?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "rendu_le": given = try reader.moment()
            case "agent": agent = try reader.read()
            case "resultat": result = try reader.read()
            case "preuve": evidence = try reader.read()
            case "type_fraude": fraudType = try reader.read()
            case "montant_redresse": amount = try reader.read()
            case "commentaires": comments = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            given: try reader.required(given, "rendu_le"), agent: try reader.required(agent, "agent"),
            result: try reader.required(result, "resultat"), evidence: try reader.required(evidence, "preuve"),
            fraudType: fraudType, amount: amount, comments: comments)
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("rendu_le", given.rfc3339(.microseconds))
            writer.member("agent", agent)
            writer.member("resultat", result)
            writer.member("preuve", evidence)
            writer.member("type_fraude", ifPresent: fraudType)
            writer.member("montant_redresse", ifPresent: amount)
            writer.member("commentaires", ifPresent: comments)
        }
    }
}

extension ProcesVerbal.Inference: JSONReadable, JSONWritable {
    public init(json reader: inout JSONReader) throws(JSONError) {
        var decision: String?
        var day: CivilDate?
        var lane: String?
        var model: String?
        var probability: Double?
        var low: Double?
        var high: Double?
        var reasons: [String]?
        var contributions: [String]?
        var isolation: String?
        var recordHash: String?
        try reader.object { key, reader throws(JSONError) in
            switch key {
            case "decision": decision = try reader.read()
            case "jour": day = try reader.civilDate()
            case "voie": lane = try reader.read()
            case "modele": model = try reader.read()
            case "probabilite": probability = try reader.read()
            case "seuil_bas": low = try reader.read()
            case "seuil_haut": high = try reader.read()
            case "motifs": reasons = try reader.read()
            case "contributions": contributions = try reader.read()
            case "isolement": isolation = try reader.read()
            case "empreinte_decision": recordHash = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        self.init(
            decision: try reader.required(decision, "decision"), day: try reader.required(day, "jour"),
            lane: try reader.required(lane, "voie"), model: model, probability: probability,
            low: try reader.required(low, "seuil_bas"), high: try reader.required(high, "seuil_haut"),
            reasons: try reader.required(reasons, "motifs"),
            contributions: try reader.required(contributions, "contributions"), isolation: isolation,
            recordHash: try reader.required(recordHash, "empreinte_decision"))
    }

    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("decision", decision)
            writer.member("jour", day.description)
            writer.member("voie", lane)
            writer.member("modele", ifPresent: model)
            writer.member("probabilite", ifPresent: probability)
            writer.member("seuil_bas", low)
            writer.member("seuil_haut", high)
            writer.member("motifs", reasons)
            writer.member("contributions", contributions)
            writer.member("isolement", ifPresent: isolation)
            writer.member("empreinte_decision", recordHash)
        }
    }
}

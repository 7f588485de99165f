public import JSON

extension Calibration: JSONWritable, JSONReadable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            switch self {
            case .logistic: writer.member("methode", "logistique")
            case .platt(let platt):
                writer.member("methode", "platt")
                writer.member("pente", platt.slope)
                writer.member("ordonnee", platt.intercept)
            case .isotonic(let isotonic):
                writer.member("methode", "isotonique")
                writer.member("marges", isotonic.margins)
                writer.member("probabilites", isotonic.probabilities)
            }
        }
    }

    public init(json reader: inout JSONReader) throws(JSONError) {
        let start = try reader.offset()
        var method: String?
        var (slope, intercept): (Double?, Double?)
        var (margins, probabilities): ([Double]?, [Double]?)
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "methode": method = try reader.string()
            case "pente": slope = try reader.double()
            case "ordonnee": intercept = try reader.double()
            case "marges": margins = try reader.read()
            case "probabilites": probabilities = try reader.read()
            default: throw reader.unknownMember(key)
            }
        }
        do throws(LearningError) {
            switch (method, slope, intercept, margins, probabilities) {
            case ("logistique", nil, nil, nil, nil): self = .logistic
            case ("platt", let slope?, let intercept?, nil, nil):
                self = .platt(try PlattCalibration(slope: slope, intercept: intercept))
            case ("isotonique", nil, nil, let margins?, let probabilities?):
                self = .isotonic(try IsotonicCalibration(margins: margins, probabilities: probabilities))
            default: throw LearningError(.badPackage, "calibration")
            }
        } catch {
            throw reader.refusal(at: start)
        }
    }
}

extension Thresholds: JSONWritable, JSONReadable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("bas", bas)
            writer.member("haut", haut)
        }
    }

    public init(json reader: inout JSONReader) throws(JSONError) {
        let start = try reader.offset()
        var (bas, haut): (Double?, Double?)
        try reader.object { (key, reader) throws(JSONError) in
            switch key {
            case "bas": bas = try reader.double()
            case "haut": haut = try reader.double()
            default: throw reader.unknownMember(key)
            }
        }
        let low = try reader.required(bas, "bas")
        let high = try reader.required(haut, "haut")
        do throws(LearningError) { self = try Thresholds(bas: low, haut: high) } catch {
            throw reader.refusal(at: start)
        }
    }
}

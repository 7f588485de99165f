import Reading

/// Readings that the checks confirm, put right or doubt.
extension DraftDeclaration {
    mutating func confirm(_ names: [String], _ why: String?) {
        for name in names {
            fields[name]?.confirmations += 1
            if let why { fields[name]?.trace.append("confirmé : \(why)") }
        }
    }

    mutating func contradict(_ names: [String], _ why: String) {
        for name in names {
            fields[name]?.contradictions += 1
            fields[name]?.trace.append("contredit : \(why)")
        }
    }

    /// Confirms a reading, or puts the agreed value in its place where recognition may have misread it.
    mutating func agree(_ name: String, with value: String, _ why: String) {
        guard var reading = fields[name] else { return }
        if Misreading.isSame(reading.value, value) {
            reading.confirmations += 1
            reading.trace.append("confirmé : \(why)")
        } else if source == .recognition, Misreading.mayBe(reading.value, value) {
            reading.trace.append("lu « \(reading.value) », mais \(why) : \(value)")
            reading.decoded.value = value
            reading.wasCorrected = true
            reading.confirmations += 1
        } else {
            reading.contradictions += 1
            reading.trace.append("ne s’accorde pas : \(why) serait \(value)")
        }
        fields[name] = reading
    }
}

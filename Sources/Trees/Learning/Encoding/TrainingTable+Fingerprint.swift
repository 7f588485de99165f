import Crypto

extension TrainingTable {
    /// Of all that a training can see: the same rows give the same one, whatever file they came in.
    public var fingerprint: String {
        let hash = SHA256()
        hash.add(UInt64(count))
        for column in columns {
            hash.add(column.name)
            switch column.values {
            case .numbers(let numbers): numbers.withUnsafeBytes { hash.update($0) }
            case .categories(let codes, let levels):
                for level in levels { hash.add(level) }
                codes.withUnsafeBytes { hash.update($0) }
            }
        }
        hash.update(labels.map { $0 ? 1 : 0 })
        weights.withUnsafeBytes { hash.update($0) }
        days.withUnsafeBytes { hash.update($0) }
        knownDays.withUnsafeBytes { hash.update($0) }
        for provenance in provenances { hash.add(provenance.rawValue) }
        return hash.finish().hexadecimal
    }
}

extension SHA256 {
    /// A text and where it ends.
    fileprivate func add(_ text: String) {
        add(UInt64(text.utf8.count))
        update(text.utf8)
    }
    fileprivate func add(_ number: UInt64) { withUnsafeBytes(of: number.littleEndian) { update($0) } }
}

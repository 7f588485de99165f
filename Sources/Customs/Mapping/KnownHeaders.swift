import Platform

/// Mappings of headers in which every name is a field's: programs send the same members with every declaration.
final class KnownHeaders: Sendable {
    private let mappings = Monitor<[[String]: ColumnMapping]>([:])
    /// Whoever sends ever other names makes it begin again, and no larger.
    private static let most = 64

    subscript(_ header: [String]) -> ColumnMapping? { mappings.withLock { $0[header] } }

    func remember(_ mapping: ColumnMapping, of header: [String]) {
        mappings.withLock { mappings in
            if mappings.count >= Self.most { mappings.removeAll() }
            mappings[header] = mapping
        }
    }
}

import Platform
import JSON

extension ProvenanceStore.Provenance {
    /// Where each field comes from, for whoever may see the declaration.
    func shown(_ archive: DocumentArchive, _ fields: DocumentFields) throws -> JSONValue {
        var origins: [(name: String, members: [JSONValue.Member])] = []
        if let sealed, let content {
            origins = fields.provenance(of: try JSONValue(parsing: archive.extraction(sealed, of: content)))
        }
        for correction in try JSONValue(parsing: corrections).members ?? [] {
            // What the image said of it stays beside: whoever looks sees what was changed.
            var members = origins.first { $0.name == correction.name }?.members ?? []
            members.append(.init("corrige_par", correction.value["par"] ?? .null))
            members.append(.init("corrige_le", correction.value["le"] ?? .null))
            origins.removeAll { $0.name == correction.name }
            origins.append((correction.name, members))
        }
        return [
            "document_id": document.map { .string($0.description) } ?? .null,
            "extraction_id": extraction.map { .string($0.description) } ?? .null,
            "a_verifier": .bool(isUnverified),
            "champs": .object(origins.map { .init($0.name, .object($0.members)) }),
        ]
    }
}

import Crypto
import Glibc
import HTTP
import JSON
import Platform
import Postgres
import Reading

/// Keeps the files that were sent: their bytes on disk under their hash, sealed; what is known of them in the database.
struct DocumentArchive: Sendable {
    let directory: String
    /// Where files lie while they are written or read.
    let way: String
    let vault: Vault
    let pool: WorkerPool

    init(_ settings: ServiceSettings, vault: Vault, pool: WorkerPool) {
        (directory, way, self.vault, self.pool) = (settings.documents, settings.uploads, vault, pool)
    }

    private var key: UseKey { get throws(VaultError) { try vault.uses[.documents] } }

    /// Values are bound to the content that they tell of.
    private static func namePlace(_ content: Digest) -> String { "documents|nom|\(content.hexadecimal)" }
    private static func extractionPlace(_ content: Digest) -> String { "extractions|contenu|\(content.hexadecimal)" }

    private func path(of content: Digest) -> String { Self.path(of: content, in: directory) }

    private static func path(of content: Digest, in directory: String) -> String {
        let name = content.hexadecimal
        return "\(directory)/\(name.prefix(2))/\(name)"
    }

    /// For good. Blocks.
    static func remove(_ content: Digest, from directory: String) throws {
        let path = path(of: content, in: directory)
        guard unlink(path) == 0 || errno == ENOENT else { throw FileError("unlink", path, errno: errno) }
    }

    // MARK: Keeping

    /// Writes the file's bytes. Only then does the database learn of it.
    func store(_ file: SentFile) async throws {
        let (path, content, key) = (path(of: file.content), file.content, try key)
        try await pool.run { [way] in
            try SealedFile.write(try DocumentBytes(path: file.path), to: path, of: content, key, by: way)
        }
    }

    /// Writes down that the file came; its bytes are kept already. One that the same office has sent before is that one.
    func add(
        _ file: SentFile, pages: Int?, by principal: Principal, _ actor: AuditActor, _ transaction: Transaction
    ) async throws -> UUIDv7 {
        // A purge may just have removed what this content had left before.
        try await DocumentStore.lock(file.content, exclusively: false, transaction)
        let path = path(of: file.content)
        if try await pool.run({ access(path, F_OK) != 0 }) { try await store(file) }
        let id = UUIDv7.make()
        let name = try file.name.map { try key.seal(Array($0.utf8), at: Self.namePlace(file.content)) }
        let new = DocumentStore.New(
            id: id, office: principal.bureau, kind: file.genre, content: file.content, size: file.size,
            sealedName: name, pages: pages, user: principal.user)
        let (known, isNew) = try await DocumentStore.add(new, transaction)
        if isNew {
            let event = AuditEvent(
                name: "document.recu", actor: actor, object: "document:\(id)",
                details: [.init("empreinte", .string(file.content.hexadecimal)), .init("octets", .int(file.size))])
            try await AuditStore.append(event, in: transaction)
        }
        return known
    }

    /// Writes down what was read of a document's declarations, in their order. Their ids.
    func add(
        extractions: [[UInt8]], of document: UUIDv7, _ content: Digest, office: String?, _ transaction: Transaction
    ) async throws -> [UUIDv7] {
        let (key, place) = (try key, Self.extractionPlace(content))
        let sealed = try extractions.map { (id: UUIDv7.make(), bytes: try key.seal($0, at: place)) }
        return try await DocumentStore.add(sealed, of: document, office, transaction)
    }

    // MARK: Giving back

    func name(of document: DocumentStore.Document) throws -> String? {
        try document.sealedName.map {
            String(decoding: try key.open($0, at: Self.namePlace(document.content)), as: UTF8.self)
        }
    }

    func extraction(_ sealed: [UInt8], of content: Digest) throws -> [UInt8] {
        try key.open(sealed, at: Self.extractionPlace(content))
    }

    /// Its bytes, piece by piece. Blocks.
    func reader(of content: Digest) throws -> SealedFile.Reader {
        try SealedFile.Reader(path(of: content), of: content, key)
    }

    /// Its bytes, in memory. Blocks.
    func bytes(of content: Digest) throws -> [UInt8] {
        let reader = try reader(of: content)
        var bytes: [UInt8] = []
        while let piece = try reader.next() { bytes += piece }
        return bytes
    }

    /// The file in the clear for as long as it is needed. Blocks.
    func unsealed(_ content: Digest) throws -> StoredUpload {
        let (reader, file) = (try reader(of: content), try StoredUpload(in: way))
        while let piece = try reader.next() { try piece.withUnsafeBytes { try file.append($0) } }
        return file
    }
}

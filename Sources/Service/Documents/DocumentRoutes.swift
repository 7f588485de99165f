import Postgres
import Analysis
import Crypto
import HTTP
import JSON
import Platform
import Reading

/// Files that were sent, given back: as they came, page by page, and what was read of them.
struct DocumentRoutes {
    let analysis: AnalysisService
    let archive: DocumentArchive
    let readers: DocumentReaders

    var routes: [Route] { [original, page, extraction] }

    static let tag = "Documents"
    private static let id = Route.Parameter(.path, "id", .string(format: "uuid"), "Le document")
    private static let unknown = Route.Output(
        .notFound, of: "application/problem+json", "Aucun document n'a cet identifiant dans votre périmètre")

    private var original: Route {
        Route(
            .get, "/api/v2/documents/{id}", access: .permission(.viewPredictions),
            .init("document", tag: Self.tag, "Un fichier, tel qu'il a été envoyé"), parameters: [Self.id],
            outputs: [.init(.ok, of: "application/octet-stream", "Le fichier"), Self.unknown],
            limits: .init(seconds: 60), rate: .export, isOfficeScoped: true, auditEvent: "document.consulte",
            handler: .task { request in
                let document = try await find(request)
                let reader = try await archive.pool.run { try archive.reader(of: document.content) }
                // Whether it opens is known before the answer begins.
                let first = try await archive.pool.run { try reader.next() ?? [] }
                try await note(document, request)
                let name = try archive.name(of: document) ?? "document"
                var response = Response(
                    .ok,
                    fields: [
                        .init("Content-Type", Self.type(first)), .init("Cache-Control", "no-store"),
                        .init("Content-Disposition", ContentDisposition.attachment(name)),
                        .init("Content-Security-Policy", "sandbox; default-src 'none'"),
                    ])
                response.body = .stream(length: document.size) { [archive] sink in
                    try await sink.write(first)
                    while let piece = try await archive.pool.run({ try reader.next() }) { try await sink.write(piece) }
                }
                return response
            })
    }

    private static func type(_ head: [UInt8]) -> String {
        switch try? FileKind.detect(DocumentBytes(head)) {
        case .pdf: "application/pdf"
        case .png: "image/png"
        case .jpeg: "image/jpeg"
        case .tiff: "image/tiff"
        case .json: "application/json"
        case .text: "text/csv"
        default: "application/octet-stream"
        }
    }

    private func note(_ document: DocumentStore.Document, _ request: Request) async throws {
        let principal = try request.signedIn()
        let event = AuditEvent(
            name: "document.consulte", actor: request.actor, object: "document:\(document.id)")
        try await analysis.database.seen(by: principal).transaction { transaction in
            try await AuditStore.append(event, in: transaction)
        }
    }

    private var page: Route {
        Route(
            .get, "/api/v2/documents/{id}/pages/{page}", access: .permission(.viewPredictions),
            .init(
                "pageDocument", tag: Self.tag, "Une page, mise droite, en PNG",
                details: "`{page}` est le numéro suivi de `.png` : `1.png`. Les cadres des champs s'y rapportent."),
            parameters: [Self.id, .init(.path, "page", .string(maxLength: 8), "« 1.png »")],
            outputs: [.init(.ok, of: "image/png", "La page"), Self.unknown] + UploadRoutes.outputs.suffix(1),
            limits: .init(seconds: 180), rate: .export, isOfficeScoped: true,
            handler: .task { request in
                guard let name = request.parameter("page"), name.hasSuffix(".png"), name.utf8.count <= 8,
                    let number = Int(name.dropLast(4)), number > 0
                else { throw Problem(.notFound) }
                let document = try await find(request)
                guard let pages = document.pages, number <= pages else { throw Problem(.notFound) }
                let bytes = try await archive.pool.run { try archive.bytes(of: document.content) }
                return Response(.ok, .png, try await readers.image(of: bytes, page: number))
            })
    }

    private var extraction: Route {
        Route(
            .get, "/api/v2/documents/{id}/extraction", access: .permission(.viewPredictions),
            .init("extraction", tag: Self.tag, "Ce qui a été lu d'un document, déclaration par déclaration"),
            parameters: [Self.id],
            outputs: [
                .init(
                    .ok,
                    .object([
                        .init("document_id", .string(format: "uuid")), .init("nom", .nullable(.string())),
                        .init("genre", .words(["csv", "xlsx", "json", "pdf", "image"])),
                        .init("octets", .integer()), .init("pages", .nullable(.integer())),
                        .init("recu_le", .string(format: "date-time")), .init("extractions", .array(.map(.any))),
                    ]), "Les champs, leurs places et leur certitude"), Self.unknown,
            ], isOfficeScoped: true,
            handler: .task { request in
                let document = try await find(request)
                let principal = try request.signedIn()
                let found = try await DocumentStore.extractions(
                    of: document.id, analysis.database.seen(by: principal))
                let disclosure = Disclosure(to: principal)
                let fields = DocumentFields(try analysis.loaded().office.vocabulary)
                var json = JSONWriter()
                try json.object { json in
                    json.member("document_id", document.id.description)
                    json.member("nom", disclosure.isFull ? try archive.name(of: document) : nil)
                    json.member("genre", document.kind)
                    json.member("octets", document.size)
                    json.member("pages", document.pages)
                    json.member("recu_le", document.received.rfc3339())
                    json.key("extractions")
                    try json.array { json in
                        for one in found {
                            let read = try JSONValue(parsing: archive.extraction(one.sealed, of: document.content))
                            var members = fields.shown(read, disclosure).members ?? []
                            members.insert(
                                .init("numero_declaration", one.number.map { .string($0) } ?? .null), at: 0)
                            json.value(JSONValue.object(members))
                        }
                    }
                }
                return Response(.ok, .json, json.finish())
            })
    }

    private func find(_ request: Request) async throws -> DocumentStore.Document {
        let principal = try request.signedIn()
        guard let id = request.parameter("id").flatMap({ UUIDv7($0) }),
            let document = try await DocumentStore.find(id, analysis.database.seen(by: principal))
        else { throw Problem(.notFound) }
        return document
    }
}

/// How a browser is to call what it saves (RFC 6266, RFC 8187).
enum ContentDisposition {
    /// `name` may be anything that somebody once called a file.
    static func attachment(_ name: String) -> String {
        // Only what follows the last separator, without what moves text about.
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        let kept = String(String.UnicodeScalarView(last.unicodeScalars.filter { isShown($0) }.prefix(120)))
        let plain = kept.trimmingDots()
        let encoded = plain.utf8.reduce(into: "") { text, byte in
            let isPlain =
                0x30...0x39 ~= byte || 0x41...0x5a ~= byte || 0x61...0x7a ~= byte || "-._".utf8.contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            text += isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + digits
        }
        return "attachment; filename*=UTF-8''\(encoded.isEmpty ? "document" : encoded)"
    }

    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }
}

extension String {
    fileprivate func trimmingDots() -> String { String(drop { $0 == "." || $0 == " " }) }
}

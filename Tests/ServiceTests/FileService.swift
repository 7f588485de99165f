import COpenSSL
import Glibc
import HTTP
import JSON
import Platform
import Synchronization
import TestKit

@testable import Service

/// A service without a database that serves and takes files, and streams events.
enum FileService {
    static let running = Result { try RunningService(database: nil, adding: { _ in routes }) }

    static let pool = WorkerPool(name: "files", limits: .init(threads: 2))

    static var limits: Upload.Limits {
        var limits = Upload.Limits(fileBytes: 64 << 20, textBytes: 100)
        limits.multipart.parts = 4
        return limits
    }
    static let smallLimits = Upload.Limits(fileBytes: 1000)

    static var routes: [Route] {
        [
            Route(
                .get, "/fichiers/{chemin...}", access: .anyone, .init("fichier", tag: "Essai", "Un fichier"),
                outputs: [],
                handler: .task { request in
                    try await FileResponse(path: "/" + (request.parameter("chemin") ?? ""), type: .bytes, pool: pool)
                        .response(to: request)
                }),
            upload("/envois/petits", "envoiPetit", smallLimits), upload("/envois", "envoi", limits),
            upload("/envois/echec", "envoiEchec", limits, thenFails: true),
            Route(
                .get, "/flux/{nom}", access: .anyone, .init("flux", tag: "Essai", "Des événements"), outputs: [],
                handler: .immediate { request in
                    let source = EventSources.source(request.parameter("nom") ?? "")
                    return .events({ source.stream() }, heartbeat: .milliseconds(100))
                }),
        ]
    }

    /// Receives into the directory that the request names, and tells what came.
    private static func upload(
        _ path: PathTemplate, _ operation: String, _ limits: Upload.Limits, thenFails: Bool = false
    ) -> Route {
        Route(
            .post, path, access: .anyone, .init(operation, tag: "Essai", "Un envoi"),
            input: .init(["multipart/form-data"], .any, delivery: .streamed), outputs: [],
            limits: .init(body: 128 << 20),
            handler: .task { request in
                let receiver = UploadReceiver(directory: request.header("directory") ?? "", pool: pool)
                let upload = try await receiver.receive(request, limits)
                if thenFails { throw Problem(.conflict) }
                if let place = request.header("keep-as") { try upload.files.first?.stored.keep(as: place) }
                return Response(.created, .json, try await pool.run { try describe(upload) })
            })
    }

    private static func describe(_ upload: Upload) throws -> [UInt8] {
        var json = JSONWriter()
        try json.object { json in
            json.key("texts")
            json.object { json in
                for text in upload.texts {
                    json.key(text.name)
                    json.string(text.value)
                }
            }
            json.key("files")
            try json.array { json in
                for file in upload.files {
                    var status = stat()
                    stat(file.stored.path, &status)
                    let digest = try digest(File.read(file.stored.path, limit: 1 << 30))
                    json.object { json in
                        json.member("name", file.name)
                        json.member("original_name", ifPresent: file.originalName)
                        json.member("path", file.stored.path)
                        json.member("size", file.stored.size)
                        json.member("mode", Int(status.st_mode & 0o777))
                        json.member("sha256", digest)
                    }
                }
            }
        }
        return json.finish()
    }

    static func digest(_ bytes: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil)
        return digest.map { String($0, radix: 16) }.joined(separator: ".")
    }
}

/// What a test sends as events, and how long somebody listened.
final class EventSources: Sendable {
    private static let all = Mutex<[String: EventSources]>([:])
    static func source(_ name: String) -> EventSources {
        all.withLock { all in
            let source = all[name] ?? EventSources()
            all[name] = source
            return source
        }
    }

    private let continuation = Monitor<AsyncStream<ServerSentEvent>.Continuation?>(nil)
    private let ended = Monitor(false)

    func stream() -> AsyncStream<ServerSentEvent> {
        AsyncStream { continuation in
            continuation.onTermination = { _ in
                self.ended.withLock { $0 = true }
                self.ended.broadcast()
            }
            self.continuation.withLock { $0 = continuation }
            self.continuation.broadcast()
        }
    }

    /// Waits for a listener.
    func send(_ event: ServerSentEvent) { continuation.wait { $0 }.yield(event) }
    func finish() { continuation.wait { $0 }.finish() }
    func waitForEnd() { ended.wait { $0 ? () : nil } }
    var hasEnded: Bool { ended.withLock { $0 } }
}

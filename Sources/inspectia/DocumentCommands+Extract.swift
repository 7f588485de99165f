import Customs
import Glibc
import JSON
import Platform
import Reading

extension DocumentCommands {
    static let extract = Command(
        "document extract", "Dit ce qui a été lu d'une déclaration imprimée ou numérisée (PDF, PNG, JPEG, TIFF)",
        operands: [.init("FILE", "documents à lire", repeated: true)],
        options: [
            .value("--config-dir", "DIR", "configuration du bureau, qui passe avant celle du programme"),
            .flag("--json", "sortie pour les programmes : un objet par ligne et par déclaration"),
            .flag("--explain", "dit aussi ce qui a mené à chaque valeur"),
        ],
        example: "inspectia document extract declaration.pdf --json",
        run: { arguments in
            guard let executable = realpath("/proc/self/exe", nil) else { return .failure }
            defer { free(executable) }
            let extractor: DocumentExtractor
            do {
                let configuration = try ConfigurationDirectory(office: arguments.value("--config-dir"))
                extractor = DocumentExtractor(try .load(from: configuration))
            } catch let error as CustomsError {
                throw UsageError(message: error.message)
            }
            let workers = PageWorkers(executable: String(cString: executable), limits: .init(processes: 1))
            defer { workers.stop() }
            var outcome = ExitCode.ok
            for path in arguments.operands("FILE") {
                do {
                    let bytes = try File.read(path, limit: PageLimits().fileBytes + 1)
                    try workers.read(bytes) { session in
                        let (source, extractions) = try extractor.extract(session, file: path)
                        for extraction in extractions { print(text(extraction, source, arguments)) }
                    }
                } catch let error as ReadingError {
                    complain("\(path) : \(error.message)\n")
                    outcome = .failure
                } catch let error as FileError {
                    complain("\(error.message)\n")
                    outcome = .failure
                }
            }
            return outcome
        })

    private static func complain(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }

    private static func text(
        _ extraction: DocumentExtraction, _ source: DocumentSource, _ arguments: Arguments
    ) -> String {
        guard arguments.has("--json") else { return extraction.text(of: source, explained: arguments.has("--explain")) }
        var writer = JSONWriter()
        extraction.write(of: source, explained: arguments.has("--explain"), to: &writer)
        return String(decoding: writer.finish(), as: UTF8.self)
    }
}

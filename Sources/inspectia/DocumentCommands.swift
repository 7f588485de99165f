import Glibc
import JSON
import Platform
import Reading

/// Commands about documents, which need no database.
enum DocumentCommands {
    static let pages = Command(
        "document pages", "Dit ce qui a été lu sur chaque page d'un document (PDF, PNG, JPEG ou TIFF)",
        operands: [.init("FILE", "document à lire")],
        options: [
            .flag("--json", "un objet JSON par page : mots, cadres, filets, durée"),
            .value("--images", "DIR", "y écrit chaque page, redressée, en PNG"),
        ],
        example: "inspectia document pages declaration.pdf --json",
        run: { arguments in
            guard let executable = realpath("/proc/self/exe", nil) else { return .failure }
            defer { free(executable) }
            let workers = PageWorkers(executable: String(cString: executable), limits: .init(processes: 1))
            defer { workers.stop() }
            let limits = PageLimits()
            do {
                let bytes = try File.read(arguments.operand("FILE") ?? "", limit: limits.fileBytes + 1)
                try workers.read(bytes, limits: limits) { session in
                    for number in 1...session.pageCount {
                        let read = try session.page(number)
                        print(arguments.has("--json") ? json(read) : text(read, of: session.pageCount))
                        if let directory = arguments.value("--images") {
                            let image = try session.image(ofPage: number, widest: 4000)
                            try File.replace("\(directory)/page-\(number).png", with: image)
                        }
                    }
                }
                return .ok
            } catch let error as ReadingError {
                throw UsageError(message: error.message)
            }
        })

    /// Started by whoever reads documents; nobody types it.
    static let worker = Command(
        "worker ocr", "Lit des documents pour un autre processus d’inspectia", example: "inspectia worker ocr",
        run: { _ in PageWorker.run() })

    private static func text(_ read: ReadPage, of count: Int) -> String {
        let page = read.page
        var text = "Page \(page.number) sur \(count) : \(page.words.count) mots, \(page.rules.count) filets, "
        text += page.source == .text ? "texte du document" : "reconnaissance de caractères"
        if read.placement.quarterTurns != 0 { text += ", tournée de \(read.placement.quarterTurns * 90)°" }
        if read.placement.skew != 0 { text += ", redressée de \((read.placement.skew * 100).rounded() / 100)°" }
        text += " (\(read.milliseconds) ms)\n"
        return text + page.words.map(\.text).joined(separator: " ")
    }

    private static func json(_ read: ReadPage) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("page", read.page.number)
            json.member("source", read.page.source.rawValue)
            json.member("proportion", rounded(read.page.aspect))
            json.member("quarts_de_tour", read.placement.quarterTurns)
            json.member("inclinaison", rounded(read.placement.skew))
            json.member("duree_ms", read.milliseconds)
            json.key("mots")
            json.array { json in
                for word in read.page.words {
                    json.object { json in
                        json.member("texte", word.text)
                        frame(&json, word.box)
                        json.member("confiance", rounded(Double(word.confidence)))
                        json.member("sur_couleur", word.isOnColour)
                    }
                }
            }
            json.key("filets")
            json.array { json in
                for rule in read.page.rules {
                    json.object { json in
                        frame(&json, rule.box)
                        json.member("horizontal", rule.isHorizontal)
                    }
                }
            }
        }
        return String(decoding: json.finish(), as: UTF8.self)
    }

    private static func frame(_ json: inout JSONWriter, _ box: PageBox) {
        json.key("cadre")
        json.array { json in
            for value in [box.left, box.top, box.right, box.bottom] { json.double(rounded(value)) }
        }
    }

    private static func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }
}

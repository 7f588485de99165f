import HTTP
import TestKit
import Testing

@testable import Service

@Suite struct DocumentationRoutesTests {
    private let service = RunningService.local

    private static let pages = ["/docs", "/problems"] + ProblemKind.all.map { Problem.page(of: $0.code) }

    @Test func everyPageIsWellFormedAndLeadsSomewhere() throws {
        let service = try service.get()
        var seen: Set<String> = []
        for path in Self.pages {
            let answer = try service.ask("GET", path)
            #expect(answer.status == 200)
            #expect(answer.value("Content-Type") == "text/html; charset=utf-8")
            let markup = try Markup(answer.text)
            for link in markup.links where seen.insert(path + link).inserted {
                if link.hasPrefix("#") {
                    #expect(markup.identifiers.contains(String(link.dropFirst())), "\(path) leads to \(link)")
                } else if seen.insert(link).inserted {
                    #expect(try service.ask("GET", link).status == 200, "\(path) leads to \(link)")
                }
            }
        }
    }

    @Test func theReferenceShowsEveryRoute() throws {
        let service = try service.get()
        let text = try service.ask("GET", "/docs").text
        for route in service.routes {
            #expect(text.contains("<article id=\"\(route.documentation.operation)\">"))
            #expect(text.contains("<code>\(route.path)</code>"))
        }
        #expect(text.contains("Avec des &lt;détails&gt; &amp; des signes."))
        #expect(text.contains("permission <code>\(TrialRoutes.permission.name)</code>"))
    }

    @Test(arguments: ProblemKind.all.map(\.code)) func everyKindHasItsPage(_ code: String) throws {
        let kind = try #require(ProblemKind.all.first { $0.code == code })
        let text = try service.get().ask("GET", Problem.page(of: kind.code)).text
        #expect(text.contains("<code>\(kind.code)</code>"))
        #expect(text.contains("\(kind.status.code)"))
        let explanation: HTML = "\(kind.explanation)"
        #expect(text.contains(explanation.text))
    }

    @Test(arguments: ["/problems/rien", "/problems/", "/problems/not_found/x", "/problems/%00"])
    func anotherKindHasNone(_ path: String) throws {
        #expect(try service.get().ask("GET", path).status == 404)
    }

    @Test func codesAreUnique() {
        #expect(Set(ProblemKind.all.map(\.code)).count == ProblemKind.all.count)
    }

    // MARK: Swagger UI

    @Test func withoutItsFilesThereIsNoSwagger() throws {
        let service = try service.get()
        #expect(!service.routes.contains { $0.path.description.hasPrefix("/docs/swagger") })
        #expect(try service.ask("GET", "/docs/swagger/swagger-ui.css").status == 404)
    }

    @Test func withItsFilesThePageUsesThem() throws {
        let service = try RunningService.proxied.get().service
        let page = try service.ask("GET", "/docs")
        let markup = try Markup(page.text)
        #expect(markup.links.contains("/docs/swagger/swagger-ui-bundle.js"))
        for link in markup.links { #expect(try service.ask("GET", link).status == 200, "\(link)") }
        // The page's policy allows no script that stands in the page.
        #expect(!page.text.contains("<script>"))
        let script = try service.ask("GET", "/docs/swagger/swagger-ui-bundle.js")
        #expect(script.value("Content-Type") == "text/javascript; charset=utf-8")
        #expect(script.text == "void 0")
    }

    @Test(arguments: [
        "secret.txt", "../secret.txt", "..%2fsecret.txt", "%2e%2e/secret.txt", "swagger-ui.css/../secret.txt",
        "swagger-ui.css%00.txt", ".", "..", "%2fetc%2fpasswd", "swagger-ui.css/", "",
    ])
    func nothingElseIsServed(_ name: String) throws {
        let service = try RunningService.proxied.get().service
        let answer = try service.ask("GET", "/docs/swagger/\(name)")
        #expect(answer.status == 404)
        #expect(!answer.text.contains("root:"))
    }
}

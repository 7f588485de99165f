import JSON
import Testing

@testable import HTTP

struct ProblemTests {
    private static func text(_ response: Response) -> String {
        guard case .bytes(let bytes) = response.body else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func showsAllThatItKnows() {
        let problem = Problem(
            .validationFailed, "Deux valeurs sont refusées.",
            items: [
                .init(pointer: "/articles/0/code_sh", code: "malformed", message: "Dix chiffres attendus."),
                .init(pointer: "/poids_net", code: "too_large", message: "Le poids « net » dépasse le brut."),
            ], retryAfter: 3, fields: [.init("X-A", "b")])
        let response = problem.response(instance: "/api/v2/declarations", trace: "0123")
        #expect(response.status == .unprocessableContent)
        #expect(response["Content-Type"] == "application/problem+json; charset=utf-8")
        #expect(response["Retry-After"] == "3")
        #expect(response["X-A"] == "b")
        #expect(
            Self.text(response) == """
                {"type":"/problems/validation_failed","title":"Données invalides","status":422,\
                "code":"validation_failed","detail":"Deux valeurs sont refusées.","instance":"/api/v2/declarations",\
                "trace_id":"0123","retryable":false,"errors":[\
                {"pointer":"/articles/0/code_sh","code":"malformed","message":"Dix chiffres attendus."},\
                {"pointer":"/poids_net","code":"too_large","message":"Le poids « net » dépasse le brut."}]}
                """)
    }

    @Test func leavesOutWhatItDoesNotKnow() {
        let response = Problem(.notFound).response(instance: nil, trace: nil, english: true)
        #expect(
            Self.text(response)
                == #"{"type":"/problems/not_found","title":"Not found","status":404,"code":"not_found","retryable":false}"#
        )
        #expect(response.fields.count == 1)
    }

    @Test func clientsTextCannotBreakOut() throws {
        let response = Problem(.notFound, "\"},{\n").response(instance: "/\"\\\u{1}", trace: nil)
        let value = try JSONValue(parsing: Array(Self.text(response).utf8))
        #expect(value["detail"] == .string("\"},{\n"))
        #expect(value["instance"] == .string("/\"\\\u{1}"))
    }

    @Test(arguments: ParseError.allCases)
    func refusedBytesKeepTheirStatus(_ error: ParseError) {
        let problem = Problem(error)
        #expect(problem.kind.status == error.status)
        #expect(problem.detail == error.message)
    }

    @Test func kindsAreToldApart() {
        let kinds = ProblemKind.all
        #expect(Set(kinds.map(\.code)).count == kinds.count)
        for kind in kinds {
            #expect(kind.code.utf8.allSatisfy { (0x61...0x7a).contains($0) || $0 == 0x5f })
            #expect([4, 5].contains(kind.status.family))
            #expect(!kind.title.isEmpty && !kind.englishTitle.isEmpty && kind.explanation.hasSuffix("."))
            #expect(Problem.page(of: kind.code) == "/problems/\(kind.code)")
        }
    }

    @Test func onlyWhatPassesIsRetryable() {
        #expect(
            Set(ProblemKind.all.filter(\.isRetryable).map(\.code))
                == ["request_timeout", "too_many_requests", "unavailable", "overloaded", "timeout", "storage_full"])
    }
}

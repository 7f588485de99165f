import HTTP
import JSON
import Platform
import Testing

@testable import Postgres
@testable import Service

/// What clients are told of errors that nobody meant for them.
@Suite struct ProblemErrorsTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let error: any Error
        let code: String
        let status: Int
        var retryAfter: Int?

        init(_ name: String, _ error: any Error, _ code: String, _ status: Int, retryAfter: Int? = nil) {
            (testDescription, self.error, self.code, self.status) = (name, error, code, status)
            self.retryAfter = retryAfter
        }
    }

    private static func database(_ kind: DatabaseError.Kind) -> DatabaseError { .init(kind, "canari-interne") }
    private static func refused(_ state: String) -> DatabaseError {
        database(.server(ServerReport(sqlState: state, text: "canari-interne")))
    }
    private static func json(_ text: String) -> any Error {
        do { return Problem(.internalError, "« \(try JSONValue(parsing: Array(text.utf8))) » was read") } catch {
            return error
        }
    }

    static let cases: [Case] = [
        .init("problem", Problem(.locked), "locked", 423),
        .init("malformed JSON", json("{\"a\":}"), "malformed_json", 400),
        .init("parser", ParseError.tooManyParts, "content_too_large", 413),
        .init("body too large", BodyError.tooLarge(limit: 7), "content_too_large", 413),
        .init("body malformed", BodyError.malformed, "malformed_request", 400),
        .init("body too slow", BodyError.tooSlow, "request_timeout", 408),
        .init("body cut", BodyError.disconnected, "request_timeout", 408),
        .init("pool full", WorkerPoolError.saturated, "overloaded", 503, retryAfter: 1),
        .init("pool stopped", WorkerPoolError.stopped, "unavailable", 503, retryAfter: 5),
        .init("cancelled", CancellationError(), "timeout", 504),
        .init("database saturated", database(.saturated), "overloaded", 503, retryAfter: 1),
        .init("no lease", database(.leaseTimeout), "overloaded", 503, retryAfter: 1),
        .init("database away", database(.unavailable), "unavailable", 503, retryAfter: 2),
        .init("database closed", database(.closed), "unavailable", 503, retryAfter: 2),
        .init("link lost before", database(.connectionLost(.notExecuted)), "unavailable", 503, retryAfter: 2),
        .init("link lost after", database(.connectionLost(.unknown)), "outcome_unknown", 500),
        .init("statement too slow", database(.timeout(.notExecuted)), "timeout", 504),
        .init("answer never came", database(.timeout(.unknown)), "outcome_unknown", 500),
        .init("serialization", refused("40001"), "unavailable", 503, retryAfter: 1),
        .init("deadlock", refused("40P01"), "unavailable", 503, retryAfter: 1),
        .init("lock", refused("55P03"), "unavailable", 503, retryAfter: 1),
        .init("too many connections", refused("53300"), "unavailable", 503, retryAfter: 1),
        .init("syntax", refused("42601"), "internal_error", 500),
        .init("decoding", database(.decoding(column: "canari-interne")), "internal_error", 500),
        .init("parameter", database(.parameter(1)), "internal_error", 500),
        .init("misuse", database(.misuse), "internal_error", 500),
        .init("configuration", database(.configuration), "internal_error", 500),
        .init("migration", database(.migration(.gap(version: 3))), "internal_error", 500),
        .init("anything", FileReadError(errno: 5), "internal_error", 500),
    ]

    @Test(arguments: cases) func eachHasItsKind(_ example: Case) throws {
        let problem = Problem(describing: example.error)
        #expect(problem.kind.code == example.code)
        #expect(problem.retryAfter == example.retryAfter)
        let answer = problem.response(instance: "/x", trace: "t")
        #expect(Int(answer.status.code) == example.status)
        #expect(answer["Retry-After"] == example.retryAfter.map(String.init))
        guard case .bytes(let body) = answer.body else { throw Problem(.internalError) }
        #expect(!String(decoding: body, as: UTF8.self).contains("canari"))
        #expect(try JSONValue(parsing: body)["retryable"]?.bool == [408, 429, 503, 504, 507].contains(example.status))
    }

    @Test func aRefusedValueIsPointedAt() throws {
        struct Count: JSONReadable {
            let count: Int
            init(json reader: inout JSONReader) throws(JSONError) {
                var count = 0
                try reader.object { _, reader throws(JSONError) in count = try reader.int() }
                self.count = count
            }
        }
        do {
            _ = try Count(parsing: Array(#"{"a/b": "sept"}"#.utf8))
            Issue.record("a text was read as a number")
        } catch {
            let problem = Problem(describing: error)
            #expect(problem.kind.code == "validation_failed")
            #expect(problem.items.map(\.pointer) == ["/a~1b"])
            #expect(problem.items.map(\.code) == [error.code])
            #expect(problem.detail == nil)
        }
    }

    @Test func aMalformedTextIsLocated() throws {
        let problem = Problem(describing: Self.json("{\n  \"a\": tru\n}"))
        #expect(problem.kind.code == "malformed_json")
        #expect(problem.detail == "Ligne 2, colonne 11.")
        #expect(problem.items.count == 1)
    }
}

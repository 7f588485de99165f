import Platform

@testable import TestKit

/// Clients that ask over and over, until the service is gone.
final class Load: Sendable {
    struct Result: Sendable {
        var answered = 0
        /// Answers that ended before their end.
        var cut = 0
        /// Requests that a connection took and never answered.
        var lost = 0
        var wrong: [String] = []
    }

    private let result = Monitor(Result())
    private let threads: [Thread]

    init(port: UInt16, clients: Int) {
        let result = result
        threads = (0..<clients).map { number in
            Thread.start("client-\(number)") {
                while Self.converse(port, number, result) {}
            }
        }
    }

    var answered: Int { result.withLock { $0.answered } }

    /// Waits until no client is answered any more.
    func finish() -> Result {
        for thread in threads { thread.join() }
        return result.withLock { $0 }
    }

    /// One connection; false when there is nobody to connect to.
    private static func converse(_ port: UInt16, _ number: Int, _ result: Monitor<Result>) -> Bool {
        guard let client = try? RawClient(port: port) else { return false }
        defer { client.close() }
        let path = ["/problems", "/health/live", "/problems/conflict", "/health/ready"][number % 4]
        while true {
            do {
                try client.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                guard try client.fill() else {
                    result.withLock { $0.lost += 1 }
                    return true
                }
            } catch {
                result.withLock { $0.lost += 1 }
                return true
            }
            guard let answer = try? client.receive() else {
                result.withLock { $0.cut += 1 }
                return true
            }
            // What asks whether there is room may be told that there is none now, or any more.
            let isRefusal =
                path == "/health/ready" && answer.status == 503
                && answer.value("Content-Type") == "application/problem+json; charset=utf-8"
            let isExpected = answer.status == 200 || isRefusal
            result.withLock { result in
                result.answered += 1
                if !isExpected { result.wrong.append("\(path) \(answer.status) \(answer.text)") }
            }
            if answer.value("Connection") == "close" { return true }
        }
    }
}

import Glibc
import Platform
import TestKit
import Testing

/// Against a peer that says what the test wants and closes.
struct RawClientTests {
    /// Listens on a port of the system's choice and, for one connection, says `answer`; then closes, or waits for the
    /// client's end and gives back what it heard.
    private final class Peer: Sendable {
        let port: UInt16
        private let heard = Monitor<[UInt8]?>(nil)
        private let thread: Platform.Thread

        init(saying answer: String, closing: Bool = true) throws {
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = bind(listener, $0, size) }
            }
            try #require(listen(listener, 1) == 0)
            withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(listener, $0, &size) }
            }
            port = UInt16(bigEndian: address.sin_port)
            let heard = heard
            thread = Thread.start("peer") {
                let connection = accept(listener, nil, nil)
                close(listener)
                var bytes = Array(answer.utf8)
                if !bytes.isEmpty { _ = send(connection, &bytes, bytes.count, Int32(MSG_NOSIGNAL)) }
                var all: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 1_024)
                while !closing {
                    let count = recv(connection, &buffer, buffer.count, 0)
                    if count < 0 { all = Array("reset".utf8) }
                    if count <= 0 { break }
                    all += buffer[..<count]
                }
                close(connection)
                heard.withLock { $0 = all }
                heard.signal()
            }
        }

        deinit { thread.join() }

        var whatItHeard: String { String(decoding: heard.wait { $0 }, as: UTF8.self) }
    }

    private func receive(_ answer: String, toHead: Bool = false) throws -> RawResponse {
        let peer = try Peer(saying: answer)
        return try withExtendedLifetime(peer) { try RawClient(port: peer.port).receive(toHead: toHead) }
    }

    @Test func readsFieldsAndABodyOfAGivenLength() throws {
        let answer = try receive("HTTP/1.1 201 Created\r\nX-A: 1\r\nx-a:2\r\nContent-Length: 3\r\n\r\nabcdef")
        #expect(answer.status == 201)
        #expect(answer.values("x-A") == ["1", "2"])
        #expect(answer.value("x-a") == nil)
        #expect(answer.value("content-length") == "3")
        #expect(answer.text == "abc")
    }

    @Test func undoesChunksAndReadsTheirTrailer() throws {
        let peer = try Peer(
            saying:
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n"
                + "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        let client = try RawClient(port: peer.port)
        #expect(try client.receive().text == "abc0123456789")
        #expect(try client.receive().status == 404)
        #expect(try client.isClosedByPeer())
    }

    @Test func bodyWithoutLengthLastsToTheEnd() throws {
        #expect(try receive("HTTP/1.0 200 OK\r\n\r\nto the end").text == "to the end")
    }

    @Test(arguments: [100, 204, 304])
    func someStatusesHaveNoBody(status: Int) throws {
        #expect(try receive("HTTP/1.1 \(status) X\r\nContent-Length: 5\r\n\r\n").body.isEmpty)
    }

    @Test func answerToHeadHasNoBody() throws {
        #expect(try receive("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", toHead: true).body.isEmpty)
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 200", "",
    ])
    func answerCutShortIsNoAnswer(answer: String) {
        #expect(throws: RawClient.Failure.ended) { try receive(answer) }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\na",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
    ])
    func badFramingIsToldApart(answer: String) {
        let failure = #expect(throws: RawClient.Failure.self) { try receive(answer) }
        guard case .malformed = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func sendsWhatItIsToldAndHalfCloses() throws {
        let peer = try Peer(saying: "", closing: false)
        let client = try RawClient(port: peer.port)
        try client.send("GET / HTTP/9\r")
        try client.send([0, 10])
        client.finishSending()
        #expect(peer.whatItHeard == "GET / HTTP/9\r\0\n")
        #expect(try client.isClosedByPeer())
    }

    @Test func resetIsNoGoodbye() throws {
        let peer = try Peer(saying: "", closing: false)
        try RawClient(port: peer.port).reset()
        #expect(peer.whatItHeard == "reset")
    }

    @Test func silenceEndsAtTheTimeout() throws {
        let peer = try Peer(saying: "", closing: false)
        let client = try RawClient(port: peer.port, timeout: .milliseconds(20))
        #expect(throws: RawClient.Failure.timedOut) { try client.receive() }
        client.close()
        #expect(peer.whatItHeard.isEmpty)
    }

    @Test func nobodyListens() throws {
        let peer = try Peer(saying: "")
        #expect(try RawClient(port: peer.port).receiveToEnd().isEmpty)
        #expect(throws: RawClient.Failure.refused) { try RawClient(port: peer.port) }
    }
}

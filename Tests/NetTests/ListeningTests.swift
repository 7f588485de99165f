import Glibc
import HTTP
import TestKit
import Testing

@testable import Net

@Suite(.serialized) struct ListeningTests {
    private static let request = "GET /now/1 HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func aPortInUseIsNamed() async throws {
        try await TestServer.run(loops: 2) {
            $0.host = "127.0.0.1"
        } _: { server in
            let group = EventLoopGroup(count: 2)
            defer { group.stop() }
            var configuration = ServerConfiguration()
            configuration.port = server.port
            let error = #expect(throws: ServerError.self) {
                try Server(.serving(.standard), on: group, configuration: configuration, observer: Witness())
            }
            #expect("\(error!)" == "127.0.0.1:\(server.port) est déjà occupé par un autre programme")
            // All still come to the first.
            for _ in 0..<10 {
                let client = try server.client()
                try client.send(Self.request)
                #expect(try client.receive().text == "1")
            }
        }
    }

    @Test func anAddressThatIsNoneIsNamed() async throws {
        let group = EventLoopGroup(count: 1)
        defer { group.stop() }
        var configuration = ServerConfiguration()
        configuration.host = "localhost"
        let error = #expect(throws: ServerError.self) {
            try Server(.serving(.standard), on: group, configuration: configuration, observer: Witness())
        }
        #expect(error == .address("localhost"))
    }

    @Test(.enabled(if: hasIPv6), arguments: ["::1", "::"])
    func itListensOnIPv6(_ host: String) async throws {
        try await TestServer.run(Self.reporting) {
            $0.host = host
        } _: { server in
            let client = try RawClient(host: "::1", port: server.port)
            try client.send("GET /who HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.receive().text == "::1 http")
            if host == "::" {
                // An IPv4 client of the same socket keeps its IPv4 address.
                let old = try RawClient(port: server.port)
                try old.send("GET /who HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try old.receive().text == "127.0.0.1 http")
            }
        }
    }

    /// Containers often have none.
    private static var hasIPv6: Bool {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        let descriptor = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        let size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) == 0 }
        }
    }

    private static let reporting = [
        Route.immediate(.get, "/who") { request in
            Response(.ok, .plain, "\(request.client.address) \(request.client.isSecure ? "https" : "http")")
        }
    ]

    @Test func aTrustedProxySpeaksForItsClientAndOthersDoNot() async throws {
        try await TestServer.run(Self.reporting) {
            $0.trustedProxies = TrustedProxies([AddressBlock("127.0.0.2")!])
        } _: { server in
            let asked =
                "GET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6, 192.0.2.7\r\nX-Forwarded-Proto: https\r\n\r\n"
            for (source, answer) in [("127.0.0.2", "192.0.2.7 https"), ("127.0.0.1", "127.0.0.1 http")] {
                let client = try server.client(source: source)
                try client.send(asked)
                #expect(try client.receive().text == answer)
            }
        }
    }
}

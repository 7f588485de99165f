import Testing

@testable import Postgres

struct ClusterLayoutTests {
    /// A directory whose socket's path has that many bytes.
    private func directory(socketBytes: Int) -> String {
        "/" + String(repeating: "d", count: socketBytes - 1 - "/postgres/run/.s.PGSQL.5432".utf8.count)
    }

    @Test func socketPathFitsTheSystemsLimit() throws {
        let layout = try ClusterLayout(dataDirectory: directory(socketBytes: 107))
        #expect(layout.socket.utf8.count == 107)
        let error = #expect(throws: ClusterError.self) {
            try ClusterLayout(dataDirectory: directory(socketBytes: 108))
        }
        #expect(error?.code == .pathTooLong)
    }

    @Test func countsBytesRatherThanLetters() {
        let accents = "/" + String(repeating: "é", count: 60)
        let error = #expect(throws: ClusterError.self) { try ClusterLayout(dataDirectory: accents) }
        #expect(error?.code == .pathTooLong)
    }

    @Test(arguments: ["/srv/a,b", "/srv/a\nb", "/srv/a\u{7F}b"])
    func refusesWhatLibpqWouldMisread(path: String) {
        let error = #expect(throws: ClusterError.self) { try ClusterLayout(dataDirectory: path) }
        #expect(error?.code == .pathUnsuitable)
    }

    @Test func quotesForLibpq() throws {
        let layout = try ClusterLayout(dataDirectory: #"/srv/l'état \1"#)
        #expect(
            layout.connectionString()
                == #"host='/srv/l\'état \\1/postgres/run' port=5432 dbname='inspectia' user='inspectia'"#)
    }
}

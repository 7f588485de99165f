import Glibc
import HTTP
import Net
import Postgres

/// `bench-row --port N --loops N --database URL`: serves one kind of answer, a row read by its key, with the service's
/// own server and database client at their default settings.
@main
enum BenchRow {
    static func main() throws {
        guard let options = Options(CommandLine.arguments.dropFirst()) else {
            print("usage: bench-row --port N --loops N --database URL")
            exit(2)
        }
        // Blocked before any thread starts, so that only `sigwait` takes them.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(SIG_BLOCK, &signals, nil)

        let group = EventLoopGroup(count: options.loops)
        let database = try Database(DatabaseConfiguration(connection: options.database), on: group)
        var configuration = ServerConfiguration()
        configuration.port = options.port
        let server = try Server(
            RowService(database).application(), on: group, configuration: configuration, observer: Unheard())
        var signal: Int32 = 0
        sigwait(&signals, &signal)
        withExtendedLifetime(server) {}
    }
}

private struct Options {
    var port: UInt16 = 0
    var loops = 0
    var database = ""

    /// Nil unless every option is there with a value that makes sense.
    init?(_ arguments: ArraySlice<String>) {
        var rest = arguments
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { return nil }
            switch name {
            case "--port": port = UInt16(value) ?? 0
            case "--loops": loops = Int(value) ?? 0
            case "--database": database = value
            default: return nil
            }
        }
        guard port > 0, loops > 0, !database.isEmpty else { return nil }
    }
}

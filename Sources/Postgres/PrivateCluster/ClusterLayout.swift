/// Where things lie under `<data-dir>/postgres`.
///
/// The top belongs to the service's account; `data`, `run` and `log` belong to the account that runs PostgreSQL, which
/// is another one when the service is started by root.
struct ClusterLayout: Sendable {
    static let role = "inspectia"
    /// What the service works as: it owns nothing.
    static let serviceRole = "inspectia_service"
    static let database = "inspectia"
    static let administrator = "postgres"
    static let port = 5432
    /// `sun_path` holds 108 bytes, the last a NUL.
    static let socketPathLimit = 107

    let top: String

    /// `dataDirectory` must be absolute.
    init(dataDirectory: String) throws(ClusterError) {
        top = dataDirectory + "/postgres"
        let hasUnsuitableByte = top.utf8.contains { $0 == UInt8(ascii: ",") || $0 < 0x20 || $0 == 0x7F }
        if hasUnsuitableByte { throw .pathUnsuitable(dataDirectory) }
        let bytes = socket.utf8.count
        if bytes > Self.socketPathLimit { throw .pathTooLong(socket, bytes: bytes, limit: Self.socketPathLimit) }
    }

    var data: String { top + "/data" }
    var run: String { top + "/run" }
    var log: String { top + "/log" }
    var version: String { data + "/PG_VERSION" }
    var postmasterFile: String { data + "/postmaster.pid" }
    /// Names the server's current log file, once its own collector writes it.
    var currentLog: String { data + "/current_logfiles" }
    /// What the server says before its collector runs.
    var startLog: String { top + "/demarrage.log" }
    var ownerLock: String { top + "/owner.lock" }
    var serverLock: String { top + "/server.lock" }
    var usersLock: String { top + "/users.lock" }
    var socket: String { "\(run)/.s.PGSQL.\(Self.port)" }
    /// A directory for files in the making; what starts like it at the next start is a leftover.
    static let draftPrefix = "data.new."

    /// What libpq needs to connect; `role` is the owner of the database unless an administrator is meant.
    func connectionString(database: String = Self.database, role: String = Self.role) -> String {
        "host=\(quoted(run)) port=\(Self.port) dbname=\(quoted(database)) user=\(quoted(role))"
    }

    private func quoted(_ value: String) -> String {
        var result = "'"
        for character in value.unicodeScalars {
            if character == "'" || character == "\\" { result += "\\" }
            result.unicodeScalars.append(character)
        }
        return result + "'"
    }
}

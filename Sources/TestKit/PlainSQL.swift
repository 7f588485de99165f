import CLibPQ

/// One question at a time over a connection of its own: what a test needs beside the client that it tests.
public enum PlainSQL {
    public struct Refused: Error, CustomStringConvertible {
        public let description: String
    }

    /// The first value of the first row of the last statement; nil for NULL and for no row.
    @discardableResult
    public static func value(_ connectionString: String, _ sql: String) throws(Refused) -> String? {
        let connection = PQconnectdb(connectionString)
        defer { PQfinish(connection) }
        guard PQstatus(connection) == CONNECTION_OK else {
            throw Refused(description: String(cString: PQerrorMessage(connection)))
        }
        let result = PQexec(connection, sql)
        defer { PQclear(result) }
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK where PQntuples(result) > 0 && PQgetisnull(result, 0, 0) == 0:
            return String(cString: PQgetvalue(result, 0, 0))
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK: return nil
        default: throw Refused(description: String(cString: PQerrorMessage(connection)))
        }
    }
}

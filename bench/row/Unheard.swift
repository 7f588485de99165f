import HTTP
import Net
import Platform

/// Hears nothing: what is measured is the server, without its metrics and logs, as pgbench is without its own.
final class Unheard: ServerObserver {
    func answered(_ request: Request, route: Int?, status: Status, bytes: Int, duration: Duration, loop: Int) {}
    func refused(_ problem: Problem, client: IPAddress, trace: TraceContext, loop: Int) {}
    func connectionOpened(loop: Int) {}
    func connectionClosed(loop: Int) {}
}

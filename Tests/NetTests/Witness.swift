import HTTP
import Net
import Platform

/// Remembers what a server tells its observer.
final class Witness: ServerObserver {
    struct Facts {
        var opened = 0
        var closed = 0
        var statuses: [Int] = []
        var refusals: [String] = []
    }
    private let facts = Monitor(Facts())

    var now: Facts { facts.withLock { $0 } }
    var open: Int { facts.withLock { $0.opened - $0.closed } }

    func answered(_ request: Request, route: Int?, status: Status, bytes: Int, duration: Duration, loop: Int) {
        facts.withLock { $0.statuses.append(Int(status.code)) }
    }
    func refused(_ problem: Problem, client: IPAddress, trace: TraceContext, loop: Int) {
        facts.withLock { $0.refusals.append(problem.kind.code) }
    }
    func connectionOpened(loop: Int) { facts.withLock { $0.opened += 1 } }
    func connectionClosed(loop: Int) { facts.withLock { $0.closed += 1 } }
}

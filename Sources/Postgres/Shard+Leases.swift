import Net
import Platform

/// One request for a link of its own. The object's identity is the request's.
final class Lease: Sendable {
    let continuation: UnsafeContinuation<Link, any Error>
    let serial: Int
    init(_ continuation: UnsafeContinuation<Link, any Error>, serial: Int) {
        (self.continuation, self.serial) = (continuation, serial)
    }
}

extension Shard {
    func acquire(_ lease: Lease) {
        let hasLink = leases.size > leases.opening
        if let refusal = refusal(queue: false, hasLink: hasLink) {
            return lease.continuation.resume(throwing: refusal)
        }
        switch leases.acquire(lease, until: loop.now + limits.leaseDeadline) {
        case .lease(let link): lease.continuation.resume(returning: link)
        case .open:
            armWaitAlarm()
            newLink(isShared: false).open()
        case .wait:
            counters.waits.increment()
            armWaitAlarm()
        case .refuse:
            if let refusal = refusal(queue: true, hasLink: hasLink) { lease.continuation.resume(throwing: refusal) }
        }
        gaugesChanged()
    }

    /// The task that waits was cancelled.
    func withdraw(serial: Int) {
        let lease = leases.withdraw { $0.serial == serial }
        gaugesChanged()
        lease?.continuation.resume(throwing: CancellationError())
    }

    /// The holder is done. A link that is not as it was given is not given again.
    func release(_ link: Link) {
        guard link.state == .ready else { return }
        guard !isClosed, link.isQuiet else {
            return link.end(DatabaseError(.closed, "closed at the end of its lease"))
        }
        link.patience = limits.statementTimeout + limits.stallGrace
        leases.released(link)?.continuation.resume(returning: link)
        gaugesChanged()
    }

    func leaseOpened(_ link: Link) {
        leaseBackoff.reset()
        leases.opened(link)?.continuation.resume(returning: link)
        gaugesChanged()
    }

    func leaseEnded(_ link: Link) {
        let mustOpen = link.hasOpened ? leases.lost(link) : leases.failedToOpen()
        gaugesChanged()
        guard mustOpen else { return }
        loop.alarm(at: loop.now + leaseBackoff.next()) { [self] in
            guard !isClosed else { return }
            counters.reconnections.increment()
            newLink(isShared: false).open()
        }
    }

    func failWaitingLeases(_ error: DatabaseError) {
        while let lease = leases.popWaiting() { lease.continuation.resume(throwing: error) }
    }
}

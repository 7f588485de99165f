import Platform

/// Who holds the exclusive connections of a loop and who waits for one: decisions only, no sockets.
/// A slot is taken from the moment a connection begins to open until it is lost.
struct LeasePool<Holder: AnyObject, Ticket> {
    enum Answer {
        case lease(Holder)
        /// Wait, and a connection must be opened for it.
        case open
        case wait
        case refuse
    }
    let capacity: Int
    private(set) var idle: [Holder] = []
    private(set) var size = 0
    private(set) var opening = 0
    private(set) var waiting: WaitQueue<Ticket>

    init(capacity: Int, queueLength: Int) {
        self.capacity = capacity
        waiting = WaitQueue(limit: queueLength)
    }

    var leased: Int { size - opening - idle.count }

    mutating func acquire(_ ticket: Ticket, until deadline: Instant) -> Answer {
        if let holder = idle.popLast() { return .lease(holder) }
        if size < capacity {
            (size, opening) = (size + 1, opening + 1)
            waiting.append(ticket, until: deadline)
            return .open
        }
        // Those for whom a connection opens are not in the queue yet.
        guard waiting.count - min(opening, waiting.count) < waiting.limit else { return .refuse }
        waiting.append(ticket, until: deadline)
        return .wait
    }

    /// A connection has opened: for the first who waits, or kept.
    mutating func opened(_ holder: Holder) -> Ticket? {
        opening -= 1
        return released(holder)
    }

    /// A lease is over and its connection is sound.
    mutating func released(_ holder: Holder) -> Ticket? {
        if let ticket = waiting.popFirst() { return ticket }
        idle.append(holder)
        return nil
    }

    /// A connection that was open is gone. True: open another for those who wait.
    mutating func lost(_ holder: Holder) -> Bool {
        idle.removeAll { $0 === holder }
        size -= 1
        guard waiting.count > opening else { return false }
        (size, opening) = (size + 1, opening + 1)
        return true
    }

    /// A connection could not be opened. True: try again, somebody waits for it.
    mutating func failedToOpen() -> Bool {
        if waiting.count >= opening { return true }
        (size, opening) = (size - 1, opening - 1)
        return false
    }

    mutating func popExpired(at now: Instant) -> Ticket? { waiting.popExpired(at: now) }
    mutating func popWaiting() -> Ticket? { waiting.popFirst() }
    mutating func withdraw(where matches: (Ticket) -> Bool) -> Ticket? { waiting.remove(where: matches) }
}

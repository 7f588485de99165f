import CLibPQ

/// One NOTIFY.
public struct Notification: Sendable, Hashable {
    public let channel: String
    public let payload: String
    /// The server process that sent it.
    public let process: Int32

    init(_ raw: PGnotify) {
        channel = String(cString: raw.relname)
        payload = String(cString: raw.extra)
        process = raw.be_pid
    }
}

/// What a subscriber of a channel hears.
public enum NotificationEvent: Sendable, Hashable {
    case notification(Notification)
    /// From here on nothing is missed; before, something may have been: forget what was cached. Said when listening
    /// begins, after every reconnection, and to a subscriber who did not keep up.
    case resynchronise
}

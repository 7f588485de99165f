import CLinux

/// What an event source waits for on its descriptor, and what happened to it.
public struct Interest: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    public static let read = Interest(rawValue: UInt32(EPOLLIN.rawValue))
    public static let write = Interest(rawValue: UInt32(EPOLLOUT.rawValue))
    /// Always reported, never asked for: the descriptor failed, or both directions are closed.
    public static let failure = Interest(rawValue: UInt32(EPOLLERR.rawValue) | UInt32(EPOLLHUP.rawValue))
}

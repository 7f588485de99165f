public import Platform

/// Something with a descriptor that one event loop watches. Everything here runs on that loop's thread.
public protocol EventSource: AnyObject {
    /// The descriptor is ready, or failed. Readiness is level-triggered: what is not consumed is reported again.
    func ready(_ events: Interest)
    /// The end of a turn for which `EventLoop.endTurn(with:)` was asked: the moment to write what the turn produced.
    func turnEnded()
    /// A deadline set with `EventLoop.wake(_:at:)` has come. Deadlines are never withdrawn: compare before acting.
    func woken(now: Instant)
}

extension EventSource {
    public func turnEnded() {}
    public func woken(now: Instant) {}
}

/// One registration of a source. A descriptor's number is reused at once after it is closed; the generation is not,
/// so an event or a deadline that comes late for a closed descriptor finds nothing.
public struct SourceToken: Hashable, Sendable {
    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }
    init(descriptor: Int32, generation: UInt32) {
        rawValue = UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
    }
    var descriptor: Int32 { Int32(bitPattern: UInt32(truncatingIfNeeded: rawValue)) }
    var generation: UInt32 { UInt32(rawValue >> 32) }
}

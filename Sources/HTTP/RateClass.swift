/// What a request weighs, so that each sort of work has a limit of its own.
public enum RateClass: String, CaseIterable, Sendable {
    /// Signing in and staying signed in.
    case login
    /// Files and batches: reading and scoring them takes seconds.
    case upload
    /// Acts that change something.
    case decide
    case read
    /// What gathers many rows.
    case export
    /// Accounts, keys, the audit trail.
    case administration
    /// Health and metrics: free for clients of this machine, reading for others.
    case probe
}

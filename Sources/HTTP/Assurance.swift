/// What a route asks of a session beyond the permission: by which proofs it was opened, and how long ago.
public struct Assurance: Hashable, Sendable {
    /// Also a session whose account must have a second factor and has not set it up yet.
    public let admitsEnrolling: Bool
    /// Password and code were given within the last ten minutes.
    public let isRecent: Bool

    /// All factors that the account must have.
    public static let complete = Assurance(admitsEnrolling: false, isRecent: false)
    /// For acts that a stolen session must not do.
    public static let recent = Assurance(admitsEnrolling: false, isRecent: true)
    public static let enrolling = Assurance(admitsEnrolling: true, isRecent: false)
    /// To set up the second factor, or to change it.
    public static let recentEnrolling = Assurance(admitsEnrolling: true, isRecent: true)
}

/// A right to do one kind of thing, such as `declaration.read`; roles are sets of permissions.
public struct Permission: Hashable, Sendable {
    public let name: String
    public init(_ name: String) { self.name = name }
}

/// Who may use a route. There is no default: each route says it.
public enum Access: Hashable, Sendable {
    case anyone
    /// Any account.
    case signedIn
    case permission(Permission)
    /// A client on this machine, or an account with the permission.
    case localOr(Permission)

    public var permission: Permission? {
        switch self {
        case .permission(let permission), .localOr(let permission): permission
        case .anyone, .signedIn: nil
        }
    }
}

public import Platform

/// Who asks, once a route's access has been checked.
public struct Principal: Sendable {
    public enum Kind: Sendable { case account, apiKey }

    public let kind: Kind
    /// The account, or the API key.
    public let user: UUIDv7
    public let username: String
    public let role: String
    /// The office whose objects are in scope; nil for all of them.
    public let bureau: String?
    public let session: UUIDv7
    private let rights: Rights

    public init(
        _ kind: Kind = .account, user: UUIDv7, username: String, role: String, bureau: String?, session: UUIDv7,
        rights: Rights
    ) {
        self.kind = kind
        (self.user, self.username, self.role, self.bureau) = (user, username, role, bureau)
        (self.session, self.rights) = (session, rights)
    }

    public var permissions: Set<Permission> { rights.permissions }
    public func may(_ permission: Permission) -> Bool { rights.permissions.contains(permission) }

    /// What a role may do, shared by all who have it.
    public final class Rights: Sendable {
        public let permissions: Set<Permission>
        public init(_ permissions: Set<Permission>) { self.permissions = permissions }
    }
}

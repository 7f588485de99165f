/// Who must have a second factor, and how its codes are judged.
struct SecondFactorPolicy: Sendable {
    /// Whatever the settings say.
    static let always: Set<Role> = [.expert, .chief, .admin]
    /// For so long after password and code were given a session may do what asks for them to be recent.
    static let recency: Int64 = 600

    let roles: Set<Role>
    /// Whether the code of the previous thirty seconds is still accepted.
    let toleratesPreviousStep: Bool

    init(further roles: Set<Role>, toleratesPreviousStep: Bool) {
        self.roles = Self.always.union(roles)
        self.toleratesPreviousStep = toleratesPreviousStep
    }

    /// Whether a session of that role still has to set up its second factor.
    func isEnrolling(_ role: Role, _ proof: Proof) -> Bool { proof == .password && roles.contains(role) }
}

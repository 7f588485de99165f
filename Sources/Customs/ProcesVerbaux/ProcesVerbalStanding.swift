public import Platform

/// Where a procès-verbal stands, and who may bring it further. What it says never changes; a signature is given to the
/// hash of exactly what was read.
///
/// brouillon ──both agents sign──▶ signe ──an agent──▶ clos
///     │ an agent                    │ the chief
///     └────────▶ annule ◀───────────┘
public struct ProcesVerbalStanding: Sendable, Equatable {
    public enum State: String, Sendable, CaseIterable {
        case draft = "brouillon", signed = "signe", closed = "clos", cancelled = "annule"
    }
    public struct Signature: Sendable, Equatable {
        /// Of the account.
        public let agent: UUIDv7
        public let given: Timestamp
        public init(agent: UUIDv7, given: Timestamp) { (self.agent, self.given) = (agent, given) }
    }
    /// How it was closed or cancelled.
    public struct Ending: Sendable, Equatable {
        public let by: UUIDv7
        public let given: Timestamp
        public let reason: String
        public init(by: UUIDv7, given: Timestamp, reason: String) {
            (self.by, self.given, self.reason) = (by, given, reason)
        }
    }

    public enum Act: Sendable, Equatable {
        /// With the hash of the content that was read, in hexadecimal.
        case sign(hash: String)
        case close(reason: String)
        case cancel(reason: String)
    }
    public struct Actor: Sendable {
        public let account: UUIDv7
        /// Whether they may cancel what others have signed.
        public let isChief: Bool
        public init(account: UUIDv7, isChief: Bool) { (self.account, self.isChief) = (account, isChief) }
    }

    public private(set) var state: State
    /// The two agents.
    public let agents: [UUIDv7]
    public let hash: String
    /// Declarations that no control has settled: nobody signs what nobody found.
    public let unsettled: Int
    public private(set) var signatures: [Signature]
    public private(set) var ending: Ending?

    public init(
        state: State = .draft, agents: [UUIDv7], hash: String, unsettled: Int, signatures: [Signature] = [],
        ending: Ending? = nil
    ) {
        (self.state, self.agents, self.hash) = (state, agents, hash)
        (self.unsettled, self.signatures, self.ending) = (unsettled, signatures, ending)
    }

    public static let leastReason = 10
    public static let mostReason = 2000

    /// Does it, or says why not and changes nothing.
    public mutating func apply(_ act: Act, by actor: Actor, at moment: Timestamp) throws(ProcesVerbalRefusal) {
        switch act {
        case .sign(let hash): try sign(hash, actor, moment)
        case .close(let reason):
            guard agents.contains(actor.account) else { throw .notAnAgent }
            guard state == .signed else { throw .wrongState(state) }
            try end(.closed, reason, actor, moment)
        case .cancel(let reason):
            switch state {
            case .draft: guard agents.contains(actor.account) else { throw .notAnAgent }
            case .signed: guard actor.isChief else { throw .notTheChief }
            case .closed, .cancelled: throw .wrongState(state)
            }
            try end(.cancelled, reason, actor, moment)
        }
    }

    private mutating func sign(_ hash: String, _ actor: Actor, _ moment: Timestamp) throws(ProcesVerbalRefusal) {
        guard agents.contains(actor.account) else { throw .notAnAgent }
        guard state == .draft else { throw .wrongState(state) }
        guard hash == self.hash else { throw .otherContent }
        guard unsettled == 0 else { throw .nothingFound }
        guard !signatures.contains(where: { $0.agent == actor.account }) else { throw .signedAlready }
        signatures.append(Signature(agent: actor.account, given: moment))
        if Set(signatures.map(\.agent)) == Set(agents) { state = .signed }
    }

    private mutating func end(
        _ state: State, _ reason: String, _ actor: Actor, _ moment: Timestamp
    ) throws(ProcesVerbalRefusal) {
        guard Self.leastReason...Self.mostReason ~= reason.unicodeScalars.count else { throw .noReason }
        self.state = state
        ending = Ending(by: actor.account, given: moment, reason: reason)
    }
}

/// Why an act is refused.
public enum ProcesVerbalRefusal: Error, Sendable, Equatable {
    case notAnAgent, notTheChief, otherContent, nothingFound, signedAlready, noReason
    case wrongState(ProcesVerbalStanding.State)

    /// Stable, for machines.
    public var code: String {
        switch self {
        case .notAnAgent: "pas_un_agent"
        case .notTheChief: "reserve_au_chef"
        case .otherContent: "autre_contenu"
        case .nothingFound: "sans_constat"
        case .signedAlready: "deja_signe"
        case .noReason: "motif_requis"
        case .wrongState: "etat"
        }
    }

    /// French, for the person who asked.
    public var message: String {
        switch self {
        case .notAnAgent: "Seuls les deux agents du procès-verbal le peuvent."
        case .notTheChief: "Un procès-verbal signé n’est annulé que par le chef de service."
        case .otherContent: "L’empreinte n’est pas celle de ce procès-verbal : relisez-le avant de signer."
        case .nothingFound:
            "Une déclaration n’a pas de verdict fondé sur un contrôle : un procès-verbal constate des faits. "
                + "Rendez le verdict, annulez ce brouillon et établissez-en un autre."
        case .signedAlready: "Vous l’avez déjà signé ; la signature de l’autre agent manque."
        case .noReason:
            "Le motif compte de \(ProcesVerbalStanding.leastReason) à \(ProcesVerbalStanding.mostReason) signes."
        case .wrongState(let state): "Un procès-verbal « \(state.label) » ne le permet pas."
        }
    }
}

extension ProcesVerbalStanding.State {
    /// As people write it.
    public var label: String {
        switch self {
        case .draft: "brouillon"
        case .signed: "signé"
        case .closed: "clos"
        case .cancelled: "annulé"
        }
    }
}

import Crypto
import Customs
import Platform

/// What a person is identified by.
enum PersonClass: String, Sendable, CaseIterable {
    /// The tax number of a company.
    case ninea
    /// The customs' own number of an importer or declarant.
    case ppm
    /// Only where there is no number.
    case nom
    case telephone
    /// What the declarants' system calls a foreign seller, or a carrier.
    case fournisseur, transporteur
    /// An account of this service, by its id.
    case compte

    fileprivate var kind: Field.PersonalData {
        switch self {
        case .ninea, .ppm, .compte, .fournisseur, .transporteur: .entreprise
        case .nom: .nom
        case .telephone: .telephone
        }
    }
}

/// One person, or company, as a declaration or an account names them.
struct PersonIdentifier: Hashable, Sendable {
    let classe: PersonClass
    /// Folded: the same however it was written.
    let value: [UInt8]

    static let longest = 1024

    /// Nil when nothing of the text identifies anybody.
    init?(_ classe: PersonClass, _ text: String) {
        guard text.utf8.count <= Self.longest else { return nil }
        let value = classe.kind.folded(text)
        guard !value.isEmpty else { return nil }
        (self.classe, self.value) = (classe, value)
    }

    /// Somebody of whom nothing is known but what is said of them here.
    init(unnamed identity: [UInt8]) { (classe, value) = (.nom, SHA256.hash(identity).bytes) }
}

/// A person whose key is at hand.
struct Person: Sendable {
    let id: UUIDv7
    let key: DataKey
}

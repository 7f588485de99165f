import Customs
import HTTP

extension Permission {
    /// To read whom a declaration is about, rather than what a mask leaves of it.
    static let viewPersonalData = Permission("view_personal_data")
}

/// How much of personal values somebody is shown: on screens and in exports alike.
struct Disclosure: Sendable {
    let isFull: Bool

    init(to principal: Principal) { isFull = principal.may(.viewPersonalData) }

    func shown(_ text: String, _ kind: Field.PersonalData?) -> String {
        guard let kind, !isFull else { return text }
        return kind.masked(text)
    }
}

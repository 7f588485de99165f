import Customs
import Postgres

/// A column that holds sealed values: where it is, what it says about people, and how what it holds of one person is
/// found. A store declares its own and puts them into `SealedColumns.all`.
struct SealedColumn: Sendable {
    let table: String
    let column: String
    /// In French, for whoever reads an export.
    let label: String
    /// Decides how it is masked, and what counts as the same value in its blind index.
    let kind: Field.PersonalData
    /// Part of what a person is told when they ask what is kept about them.
    var isDisclosed = true

    /// The rows of person $1 that come after row $2, in order, $3 at most: `ligne` as text and `scelle`.
    let find: Statement
    /// Puts $3 into row $2 of person $1; $4 is the value's blind index where there is one. Nil when nobody may.
    var replace: Statement?
    /// Whether `replace` takes a blind index.
    var isSearchable = false
    /// Removes the blind indexes, and whatever else would tell, of person $1 who is erased.
    var forget: Statement?

    /// What its blind index is made for.
    var purpose: String { "\(table)|\(column)" }
}

/// What is kept in clear about a person, told beside what is sealed.
struct PlainRecords: Sendable {
    let table: String
    let label: String
    /// The rows of person $1 as `jsonb`, in one column.
    let find: Statement
}

/// Every column that holds sealed values: an export finds them all, an erasure forgets them all.
enum SealedColumns {
    static let all: [SealedColumn] = [.accountEmail, .holdReason, .partyIdentity, .actCase, .actWords]
    static let plain: [PlainRecords] = [.account, .sessions, .notices]
}

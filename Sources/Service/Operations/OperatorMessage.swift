import Platform
import Postgres

extension Error {
    /// What whoever runs the service is told: the sentence that clients may read too, with the detail that they may
    /// not.
    public var operatorMessage: String {
        switch self {
        case let error as DatabaseError where error.detail.isEmpty: error.message
        case let error as DatabaseError: "\(error.message) (\(error.detail))"
        case let error as FileError: error.message
        default: "\(self)"
        }
    }
}

import HTTP
import Postgres

/// Which offices' rows the statements of a request see. PostgreSQL holds it too: tables under `scope_by_office` show
/// nothing to a statement that does not say it.
enum OfficeScope {
    private static let name: StaticString = "inspectia.bureau"

    /// For the service itself, which works for all.
    static let all = setting("*")

    static func office(_ code: String?) -> LocalSetting { code.map(setting) ?? all }

    private static func setting(_ value: String) -> LocalSetting {
        // A code that is none is no office's; in no case all of them.
        guard let setting = LocalSetting(name, value) ?? LocalSetting(name, "") else {
            preconditionFailure("an empty value is plain")
        }
        return setting
    }
}

extension Database {
    /// As far as the principal sees: their office, or all where they have none.
    func seen(by principal: Principal) -> ScopedDatabase { under(OfficeScope.office(principal.bureau)) }
}

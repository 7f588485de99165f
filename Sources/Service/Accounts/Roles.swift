import HTTP
import JSON
import Platform

enum Role: String, CaseIterable, Sendable {
    case inspector = "inspecteur"
    case expert = "expert_ml"
    case chief = "chef_service"
    case admin
    case declarant
}

/// Which role may do what, as `config/roles.json` says.
struct Roles: Sendable {
    private let rights: [Role: Principal.Rights]
    /// What a machine's key may be given at most.
    let grantableToKeys: Set<Permission>

    private static let keys = "cle_api"

    init(path: String) throws {
        let value = try JSONValue(parsing: try File.read(path, limit: 256 << 10))
        var rights: [Role: Principal.Rights] = [:]
        var grantable: Set<Permission>?
        for member in value.members ?? [] {
            guard let names = member.value.array?.map(\.string), !names.contains(nil) else {
                throw RolesError(path: path, name: member.name)
            }
            let permissions = Set(names.compactMap { $0.map { Permission($0) } })
            if member.name == Self.keys {
                grantable = permissions
            } else if let role = Role(rawValue: member.name) {
                rights[role] = Principal.Rights(permissions)
            } else {
                throw RolesError(path: path, name: member.name)
            }
        }
        guard let grantable else { throw RolesError(path: path, name: Self.keys) }
        grantableToKeys = grantable
        for role in Role.allCases where rights[role] == nil { throw RolesError(path: path, name: role.rawValue) }
        self.rights = rights
    }

    func rights(of role: Role) -> Principal.Rights { rights[role] ?? Principal.Rights([]) }
}

struct RolesError: Error, CustomStringConvertible {
    let path: String
    let name: String
    var description: String {
        "« \(path) » : le rôle « \(name) » manque, est inconnu ou n'est pas une liste de permissions"
    }
}

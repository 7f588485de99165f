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

    init(path: String) throws {
        let value = try JSONValue(parsing: try File.read(path, limit: 256 << 10))
        var rights: [Role: Principal.Rights] = [:]
        for member in value.members ?? [] {
            guard let role = Role(rawValue: member.name), let names = member.value.array?.map(\.string),
                !names.contains(nil)
            else { throw RolesError(path: path, name: member.name) }
            rights[role] = Principal.Rights(Set(names.compactMap { $0.map { Permission($0) } }))
        }
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

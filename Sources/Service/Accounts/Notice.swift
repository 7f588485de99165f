import Platform
import Postgres

/// What the owner of an account is told of it, so that what somebody else did does not pass unseen.
struct Notice: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case newDevice = "appareil_nouveau"
        case failedLogins = "echecs_repetes"
        case failedCodes = "codes_refuses"
        case passwordChanged = "mot_de_passe_change"
        case passwordReset = "mot_de_passe_reinitialise"
        case factorSet = "second_facteur_installe"
        case factorRemoved = "second_facteur_retire"
        case factorReset = "second_facteur_reinitialise"
        case recoveryCodesRenewed = "codes_de_secours_renouveles"
        case recoveryCodeUsed = "code_de_secours_utilise"
        case profileChanged = "profil_modifie"
        case tokenReplayed = "jeton_rejoue"

        var sentence: String {
            switch self {
            case .newDevice:
                "Une session a été ouverte depuis un appareil ou une adresse que ce compte n'avait pas utilisés."
            case .failedLogins: "Cinq connexions de suite ont échoué à ce compte."
            case .failedCodes: "Cinq codes de suite ont été refusés à ce compte, après le bon mot de passe."
            case .passwordChanged: "Le mot de passe a été changé."
            case .passwordReset: "Un administrateur a demandé un nouveau mot de passe pour ce compte."
            case .factorSet: "Un second facteur a été installé ; celui d'avant, s'il y en avait un, ne vaut plus."
            case .factorRemoved: "Le second facteur a été retiré."
            case .factorReset: "Le second facteur a été retiré par deux responsables, à la suite d'une perte déclarée."
            case .recoveryCodesRenewed: "De nouveaux codes de secours ont été donnés ; les anciens ne valent plus."
            case .recoveryCodeUsed: "Un code de secours a servi à la place du second facteur."
            case .profileChanged: "Le nom ou l'adresse électronique du compte a été changé."
            case .tokenReplayed: "Un jeton de renouvellement a été présenté deux fois ; sa session a été fermée."
            }
        }
    }

    let id: UUIDv7
    let kind: Kind
    let date: Timestamp
    let address: String?
    let isRead: Bool

    /// Nil for a kind that only a newer version knows.
    init?(_ row: Row) throws {
        guard let kind = Kind(rawValue: try row.get("kind")) else { return nil }
        (id, self.kind, date) = (try row.get("id"), kind, try row.get("created_at"))
        address = try row.get("address")
        isRead = try row.get("read_at", as: Timestamp?.self) != nil
    }
}

/// The notices' table.
enum NoticeStore {
    static let most = 200

    static func add(_ kind: Notice.Kind, to user: UUIDv7, from address: String?, _ transaction: Transaction)
        async throws
    {
        try await transaction.execute(
            "INSERT INTO notices (id, user_id, kind, address) VALUES ($1, $2, $3, $4)", UUIDv7.make(), user,
            kind.rawValue, address)
    }

    /// The latest first.
    static func all(of user: UUIDv7, _ database: some Queryable) async throws -> [Notice] {
        try await database.query(
            "SELECT * FROM notices WHERE user_id = $1 ORDER BY id DESC LIMIT $2", user, most
        ).compactMap { try Notice($0) }
    }

    static func unread(of user: UUIDv7, _ database: some Queryable) async throws -> Int {
        try await database.queryOne(
            "SELECT count(*) FROM notices WHERE user_id = $1 AND read_at IS NULL", user)?.get(0) ?? 0
    }

    /// How many were unread among them; all of them when `ids` is nil.
    static func markRead(_ ids: [UUIDv7]?, of user: UUIDv7, _ database: some Queryable) async throws -> Int {
        guard let ids else {
            return try await database.execute(
                "UPDATE notices SET read_at = now() WHERE user_id = $1 AND read_at IS NULL", user)
        }
        return try await database.execute(
            "UPDATE notices SET read_at = now() WHERE user_id = $1 AND id = ANY($2) AND read_at IS NULL", user, ids)
    }

    static func sweep(_ database: Database) async throws {
        try await database.execute("DELETE FROM notices WHERE created_at < now() - interval '1 year'")
    }
}

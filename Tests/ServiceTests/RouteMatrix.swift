import HTTP

@testable import Service

/// Who may ask what, written by hand: what the route table and the file of roles say together is compared with this.
/// A route that is not here fails the suite, so that nobody adds one without saying who it is for.
enum RouteMatrix {
    struct Row {
        /// Nobody in particular.
        var isOpen = false
        /// Without a token when the client is on this machine.
        var isOpenLocally = false
        var roles: Set<Role> = []
        /// Whether a key may ask when it has the route's permission.
        var admitsKeys = false
    }

    static let anyone = Row(isOpen: true)
    static let everyAccount = Row(roles: Set(Role.allCases))
    static func only(_ roles: Role..., local: Bool = false, keys: Bool = false) -> Row {
        Row(isOpenLocally: local, roles: Set(roles), admitsKeys: keys)
    }

    static let rows: [String: Row] = [
        "GET /health": anyone, "GET /health/live": anyone, "GET /health/ready": anyone,
        "GET /metrics": only(.admin, local: true, keys: true),

        "POST /auth/login": anyone, "POST /auth/refresh": anyone, "POST /auth/activate": anyone,
        "POST /auth/password": everyAccount, "GET /auth/me": everyAccount, "POST /auth/logout": everyAccount,
        "GET /auth/sessions": everyAccount, "DELETE /auth/sessions": everyAccount,
        "DELETE /auth/sessions/{id}": everyAccount, "PATCH /auth/me": everyAccount,
        "POST /auth/reauthenticate": everyAccount, "GET /auth/notices": everyAccount,
        "POST /auth/notices/read": everyAccount,
        "POST /auth/mfa/verify": anyone, "GET /auth/mfa": everyAccount, "DELETE /auth/mfa": everyAccount,
        "POST /auth/mfa/enroll": everyAccount, "POST /auth/mfa/confirm": everyAccount,
        "POST /auth/mfa/recovery-codes": everyAccount,

        "GET /connexion": anyone, "POST /connexion": anyone, "GET /connexion/code": anyone,
        "POST /connexion/code": anyone, "GET /activation": anyone, "POST /activation": anyone,
        "GET /connexion/confirmation": everyAccount, "POST /connexion/confirmation": everyAccount,
        "POST /deconnexion": everyAccount, "GET /compte": everyAccount, "POST /compte/profil": everyAccount,
        "POST /compte/avis": everyAccount, "GET /compte/mot-de-passe": everyAccount,
        "POST /compte/mot-de-passe": everyAccount, "GET /compte/sessions": everyAccount,
        "POST /compte/sessions/fin": everyAccount, "POST /compte/sessions/{id}/fin": everyAccount,
        "GET /compte/second-facteur": everyAccount, "POST /compte/second-facteur": everyAccount,
        "POST /compte/second-facteur/confirmation": everyAccount, "POST /compte/second-facteur/codes": everyAccount,
        "POST /compte/second-facteur/retrait": everyAccount,

        "GET /api/v2/users": only(.admin), "POST /api/v2/users": only(.admin),
        "GET /api/v2/users/{id}": only(.admin), "PATCH /api/v2/users/{id}": only(.admin),
        "POST /api/v2/users/{id}/password-reset": only(.admin), "POST /api/v2/users/{id}/mfa-reset": only(.admin),
        "GET /api/v2/mfa-resets": only(.admin, .chief), "POST /api/v2/mfa-resets/{id}/approve": only(.admin, .chief),
        "POST /api/v2/mfa-resets/{id}/refuse": only(.admin, .chief),
        "POST /api/v2/personnes/recherche": only(.admin), "GET /api/v2/personnes/{id}": only(.admin),
        "GET /api/v2/personnes/{id}/donnees": only(.admin), "PATCH /api/v2/personnes/{id}/donnees": only(.admin),
        "POST /api/v2/personnes/{id}/effacement": only(.admin),
        "POST /api/v2/personnes/{id}/conservations": only(.admin),
        "DELETE /api/v2/personnes/{id}/conservations/{conservation}": only(.admin),
        "GET /api/v2/audit": only(.admin, .chief),
        "GET /api/v2/api-keys": only(.admin), "POST /api/v2/api-keys": only(.admin),
        "GET /api/v2/api-keys/{id}": only(.admin), "DELETE /api/v2/api-keys/{id}": only(.admin),
        "POST /api/v2/api-keys/{id}/rotate": only(.admin),

        "POST /api/v2/declarations": only(.inspector, .expert, keys: true),
        "POST /api/v2/declarations/upload": only(.inspector, .expert),
        "GET /api/v2/declarations": only(.inspector, .expert, .chief),
        "GET /api/v2/declarations/{annee}/{bureau}/{numero}": only(.inspector, .expert, .chief),
        "GET /api/v2/declarations/detail": only(.inspector, .expert, .chief),
        "POST /api/v2/declarations/{annee}/{bureau}/{numero}/feedback": only(.inspector, .expert),
        "POST /api/v2/pv": only(.inspector, .expert), "GET /api/v2/pv": only(.inspector, .expert, .chief),
        "GET /api/v2/pv/{id}": only(.inspector, .expert, .chief),
        "POST /api/v2/pv/{id}/signature": only(.inspector, .expert),
        "POST /api/v2/pv/{id}/cloture": only(.inspector, .expert),
        "POST /api/v2/pv/{id}/annulation": only(.inspector, .expert, .chief),
        "POST /predict/{chapitre}/generate-pv": only(.inspector, .expert),
        "GET /predict/{chapitre}/pv": only(.inspector, .expert, .chief),
        "GET /predict/{chapitre}/pv/{id}": only(.inspector, .expert, .chief),
        "POST /predict/{chapitre}": only(.inspector, .expert, keys: true),
        "POST /predict/{chapitre}/declarations": only(.inspector, .expert, keys: true),
        "GET /api/v2/queue": only(.inspector, .expert), "POST /api/v2/queue/next": only(.inspector, .expert),
        "POST /api/v2/queue/{annee}/{bureau}/{numero}/claim": only(.inspector, .expert),
        "POST /api/v2/queue/{annee}/{bureau}/{numero}/renew": only(.inspector, .expert),
        "POST /api/v2/queue/{annee}/{bureau}/{numero}/release": only(.inspector, .expert),
        "GET /api/v2/declarations/{annee}/{bureau}/{numero}/liees": only(.inspector, .expert, .chief),
        "GET /api/v2/declarations/{annee}/{bureau}/{numero}/cas-proches": only(.inspector, .expert, .chief),
        "GET /api/v2/declarations/{annee}/{bureau}/{numero}/issues": only(.inspector, .expert, .chief),
        "GET /api/v2/declarations/{annee}/{bureau}/{numero}/contrefactuel": only(.inspector, .expert),
        "GET /api/v2/profil": only(.inspector, .expert),
        "GET /predict/{chapitre}/rl/inspector-profiles": only(.expert),
        "GET /api/v2/documents/{id}": only(.inspector, .expert, .chief),
        "GET /api/v2/documents/{id}/pages/{page}": only(.inspector, .expert, .chief),
        "GET /api/v2/documents/{id}/extraction": only(.inspector, .expert, .chief),
        "GET /api/v2/jobs": everyAccount, "GET /api/v2/jobs/{id}": everyAccount,
        "DELETE /api/v2/jobs/{id}": everyAccount, "GET /api/v2/jobs/{id}/rejets.csv": everyAccount,
        "GET /api/v2/events": everyAccount,
        "POST /predict/{chapitre}/batch": only(.inspector, .expert, keys: true),
        "POST /predict/{chapitre}/validate": only(.inspector, .expert, keys: true),
        "PATCH /api/v2/declarations/{annee}/{bureau}/{numero}": only(.inspector, .expert),
        "GET /predict/chapters": only(.inspector, .expert), "GET /predict/{chapitre}/config": only(.inspector, .expert),
        "GET /predict/{chapitre}/features": only(.inspector, .expert),
        "GET /predict/{chapitre}/model-info": only(.inspector, .expert),
        "GET /predict/{chapitre}/thresholds": only(.inspector, .expert),
        "PUT /predict/{chapitre}/thresholds": only(.expert),
        "GET /predict/{chapitre}/thresholds/versions": only(.expert),
        "GET /ml/policies": only(.expert), "GET /ml/policies/{chapitre}": only(.expert),
        "PUT /ml/policies/{chapitre}": only(.expert), "GET /ml/policies/{chapitre}/versions": only(.expert),
        "POST /ml/policies/{chapitre}/retour": only(.expert),
        "GET /ml/policies/{chapitre}/evaluation": only(.expert),
        "POST /ml/policies/{chapitre}/evaluation": only(.expert),
        "POST /ml/policies/{chapitre}/activation": only(.expert),
        "POST /predict/{chapitre}/thresholds/proposition": only(.expert),
        "GET /predict/{chapitre}/thresholds/proposition": only(.expert),
        "POST /predict/{chapitre}/thresholds/proposition/{id}/acceptation": only(.expert),
        "GET /ml/policies/criteres": only(.expert, .chief), "POST /ml/policies/criteres": only(.expert),
        "GET /ml/policies/criteres/{code}": only(.expert, .chief),
        "POST /ml/policies/criteres/{code}/simulation": only(.expert),
        "POST /ml/policies/criteres/{code}/activation": only(.chief),
        "POST /ml/policies/criteres/{code}/retrait": only(.chief),
        "GET /ml/policies/listes": only(.expert, .chief), "POST /ml/policies/listes": only(.expert),
        "GET /ml/policies/listes/{code}": only(.expert, .chief),
        "POST /ml/policies/listes/{code}/entrees": only(.expert),
        "POST /ml/policies/listes/{code}/approbation": only(.chief),
        "POST /ml/policies/listes/{code}/entrees/{id}/retrait": only(.chief),
        "GET /ml/layouts/propositions": only(.expert),
        "POST /ml/layouts/propositions/{id}/acceptation": only(.expert),
        "POST /ml/layouts/propositions/{id}/refus": only(.expert),
        "POST /predict/{chapitre}/rl/feedback": only(.inspector, .expert),
        "GET /predict/{chapitre}/rl/status": only(.expert), "GET /predict/{chapitre}/rl/stats": only(.expert),
        "GET /predict/{chapitre}/rl/bandit-stats": only(.expert),
        "GET /predict/{chapitre}/rl/decision-records": only(.expert),
        "GET /predict/{chapitre}/rl/feedback-records": only(.expert),

        "GET /openapi.json": everyAccount, "GET /docs": everyAccount, "GET /docs/swagger/{file}": everyAccount,
        "GET /problems": anyone, "GET /problems/{code}": anyone, "GET /assets/inspectia.css": anyone,
        "GET /assets/inspectia.svg": anyone, "GET /assets/swagger-start.js": anyone,

        // The tests' own.
        "GET /essai/compte": everyAccount, "GET /essai/permission": only(.admin),
        "GET /essai/local": only(.admin, local: true), "GET /essai/machine": only(.inspector, .expert, keys: true),
        "GET /essai/long": anyone, "POST /essai/{annee}/articles": anyone, "GET /essai/base": anyone,
        "GET /essai/panne": anyone,
    ]

    static func row(_ route: Route) -> Row? { rows["\(route.method.name) \(route.path)"] }
}

/// A sort of failure that a client can tell apart: a stable code, its status, its French and English titles, and what
/// to do about it. Each has a page under `/problems/{code}`.
public struct ProblemKind: Sendable {
    public let code: String
    public let status: Status
    public let title: String
    public let englishTitle: String
    /// For the page: what happened and what to do, in French.
    public let explanation: String

    public init(_ code: String, _ status: Status, _ title: String, _ englishTitle: String, _ explanation: String) {
        (self.code, self.status, self.title, self.englishTitle) = (code, status, title, englishTitle)
        self.explanation = explanation
    }

    /// Whether the same request may succeed later.
    public var isRetryable: Bool {
        switch status {
        case .requestTimeout, .tooManyRequests, .serviceUnavailable, .gatewayTimeout, .insufficientStorage: true
        default: false
        }
    }
}

extension ProblemKind {
    public static let all: [ProblemKind] = [
        malformedRequest, malformedJSON, unauthenticated, reauthenticationRequired, forbidden, enrollmentRequired,
        notFound, methodNotAllowed, notAcceptable,
        requestTimeout, conflict, gone, preconditionFailed, contentTooLarge, targetTooLong, unsupportedMediaType,
        rangeNotSatisfiable, expectationFailed, validationFailed, locked, preconditionRequired, tooManyRequests,
        headTooLarge, internalError, outcomeUnknown, notImplemented, unavailable, overloaded, timeout,
        versionNotSupported,
        storageFull,
    ]

    public static let malformedRequest = ProblemKind(
        "malformed_request", .badRequest, "Requête mal formée", "Malformed request",
        "La requête ne respecte pas le protocole HTTP. Vérifiez le client ou le serveur mandataire qui l'a émise.")
    public static let malformedJSON = ProblemKind(
        "malformed_json", .badRequest, "JSON illisible", "Malformed JSON",
        "Le corps de la requête n'est pas un JSON valide. La position de la première erreur est indiquée.")
    public static let unauthenticated = ProblemKind(
        "unauthenticated", .unauthorized, "Authentification requise", "Authentication required",
        "Cette ressource demande un compte. Connectez-vous, puis présentez le jeton d'accès.")
    public static let reauthenticationRequired = ProblemKind(
        "reauthentication_required", .unauthorized, "Confirmation d'identité requise", "Reauthentication required",
        "Cet acte demande un mot de passe, et un code s'il y a lieu, donnés depuis moins de dix minutes. Redonnez-les à /auth/reauthenticate, puis recommencez avec le nouveau jeton."
    )
    public static let enrollmentRequired = ProblemKind(
        "mfa_enrollment_required", .forbidden, "Second facteur à installer", "Second factor enrolment required",
        "Votre rôle exige un second facteur et votre compte n'en a pas encore. Installez-le par /auth/mfa/enroll, puis recommencez."
    )
    public static let forbidden = ProblemKind(
        "forbidden", .forbidden, "Accès refusé", "Access denied",
        "Votre compte n'a pas la permission nécessaire. Adressez-vous à votre chef de service.")
    public static let notFound = ProblemKind(
        "not_found", .notFound, "Introuvable", "Not found",
        "Cette ressource n'existe pas, ou n'est pas dans votre périmètre.")
    public static let methodNotAllowed = ProblemKind(
        "method_not_allowed", .methodNotAllowed, "Méthode non admise", "Method not allowed",
        "Cette ressource existe mais n'accepte pas cette méthode. L'en-tête Allow donne celles qu'elle accepte.")
    public static let notAcceptable = ProblemKind(
        "not_acceptable", .notAcceptable, "Format non disponible", "Not acceptable",
        "La ressource n'existe dans aucun des formats demandés par l'en-tête Accept.")
    public static let requestTimeout = ProblemKind(
        "request_timeout", .requestTimeout, "Requête trop lente", "Request timeout",
        "La requête n'est pas arrivée entière dans le temps permis. Vérifiez la connexion, puis recommencez.")
    public static let conflict = ProblemKind(
        "conflict", .conflict, "Conflit", "Conflict",
        "L'état actuel de la ressource ne permet pas cet acte. Rechargez-la avant de recommencer.")
    public static let gone = ProblemKind(
        "gone", .gone, "Supprimé", "Gone",
        "Cette ressource a existé et a été supprimée selon les règles de conservation.")
    public static let preconditionFailed = ProblemKind(
        "precondition_failed", .preconditionFailed, "Version dépassée", "Precondition failed",
        "La ressource a changé depuis votre lecture. Rechargez-la, vérifiez, puis recommencez.")
    public static let contentTooLarge = ProblemKind(
        "content_too_large", .contentTooLarge, "Envoi trop volumineux", "Content too large",
        "Le corps de la requête dépasse la limite de cette ressource. Découpez l'envoi.")
    public static let targetTooLong = ProblemKind(
        "uri_too_long", .uriTooLong, "Adresse trop longue", "URI too long",
        "L'adresse demandée dépasse la limite admise.")
    public static let unsupportedMediaType = ProblemKind(
        "unsupported_media_type", .unsupportedMediaType, "Type de contenu non admis", "Unsupported media type",
        "Cette ressource n'accepte pas ce type de contenu. La documentation indique ceux qu'elle accepte.")
    public static let rangeNotSatisfiable = ProblemKind(
        "range_not_satisfiable", .rangeNotSatisfiable, "Intervalle hors du fichier", "Range not satisfiable",
        "L'intervalle d'octets demandé est hors du fichier. L'en-tête Content-Range donne sa taille.")
    public static let expectationFailed = ProblemKind(
        "expectation_failed", .expectationFailed, "Attente non satisfaite", "Expectation failed",
        "L'en-tête Expect demande autre chose que 100-continue.")
    public static let validationFailed = ProblemKind(
        "validation_failed", .unprocessableContent, "Données invalides", "Validation failed",
        "La requête est lisible mais des valeurs sont refusées. Chaque erreur indique le champ concerné.")
    public static let locked = ProblemKind(
        "locked", .locked, "Dossier pris par un autre agent", "Locked",
        "Un autre agent traite ce dossier. Attendez qu'il le libère.")
    public static let preconditionRequired = ProblemKind(
        "precondition_required", .preconditionRequired, "Version exigée", "Precondition required",
        "Cet acte demande l'en-tête If-Match, avec la version que vous avez lue.")
    public static let tooManyRequests = ProblemKind(
        "too_many_requests", .tooManyRequests, "Trop de requêtes", "Too many requests",
        "La limite de débit est atteinte. Attendez le délai indiqué par Retry-After.")
    public static let headTooLarge = ProblemKind(
        "head_too_large", .requestHeaderFieldsTooLarge, "En-têtes trop volumineux", "Header fields too large",
        "Les en-têtes de la requête dépassent la limite admise.")
    public static let internalError = ProblemKind(
        "internal_error", .internalServerError, "Erreur interne", "Internal error",
        "Le service a rencontré une erreur imprévue ; rien n'a été décidé. Donnez l'identifiant de trace à l'exploitant."
    )
    public static let outcomeUnknown = ProblemKind(
        "outcome_unknown", .internalServerError, "Résultat incertain", "Outcome unknown",
        "La base de données a été coupée avant de confirmer l'acte. Vérifiez s'il a été enregistré avant de recommencer."
    )
    public static let notImplemented = ProblemKind(
        "not_implemented", .notImplemented, "Fonction inconnue", "Not implemented",
        "La requête emploie une méthode ou un codage que le service ne connaît pas.")
    public static let unavailable = ProblemKind(
        "unavailable", .serviceUnavailable, "Service momentanément indisponible", "Service unavailable",
        "Un composant nécessaire ne répond pas. Rien n'est perdu ; recommencez après le délai indiqué par Retry-After.")
    public static let overloaded = ProblemKind(
        "overloaded", .serviceUnavailable, "Service surchargé", "Overloaded",
        "Le service traite déjà autant de requêtes qu'il peut. Recommencez après le délai indiqué par Retry-After.")
    public static let timeout = ProblemKind(
        "timeout", .gatewayTimeout, "Délai dépassé", "Timeout",
        "Le traitement n'a pas abouti dans le temps permis. Recommencez plus tard ou découpez la demande.")
    public static let versionNotSupported = ProblemKind(
        "version_not_supported", .versionNotSupported, "Version HTTP non admise", "HTTP version not supported",
        "Le service parle HTTP/1.1 et HTTP/1.0.")
    public static let storageFull = ProblemKind(
        "storage_full", .insufficientStorage, "Espace disque insuffisant", "Insufficient storage",
        "Le disque du service est plein ; l'envoi n'a pas été conservé. Prévenez l'exploitant.")
}

import HTTP
import Platform

/// What those who run the service ask it: whether it lives, whether it is well, what it has counted.
struct OperationsRoutes {
    let health: HealthService
    let metrics: Metrics

    private static let tag = "Exploitation"
    /// Answered from memory on the loop: that is what being alive means.
    private static let alive = Response(.ok, .json, #"{"statut":"ok"}"#).adding("Cache-Control", "no-store")

    var routes: [Route] { [general, live, ready, scrape] }

    private var general: Route {
        Route(
            .get, "/health", access: .anyone,
            .init(
                "sante", tag: Self.tag, "L'état du service et de ses composants",
                details: "Chaque composant est réellement interrogé ; un résultat vaut une demi-seconde."),
            outputs: [
                .init(.ok, HealthReport.schema, "Le service répond, entier ou dégradé"),
                .init(.serviceUnavailable, HealthReport.schema, "La base de données manque"),
            ],
            rate: .probe, isQuiet: true, handler: .task { [health] _ in await health.report().response })
    }

    private var live: Route {
        Route(
            .get, "/health/live", access: .anyone,
            .init("santeVie", tag: Self.tag, "Le processus vit-il ?", details: "Ne dit rien de ses composants."),
            outputs: [.init(.ok, .object([.init("statut", .words(["ok"]))]), "Il vit")],
            rate: .probe, isQuiet: true, handler: .immediate { _ in Self.alive })
    }

    private var ready: Route {
        Route(
            .get, "/health/ready", access: .anyone,
            .init("santeAccueil", tag: Self.tag, "Peut-on envoyer des requêtes à cette instance ?"),
            outputs: [
                .init(.ok, HealthReport.schema, "Oui"),
                .init(.serviceUnavailable, of: "application/problem+json", "Non, ou plus"),
            ],
            rate: .probe, isQuiet: true,
            handler: .task { [health] _ in
                guard let report = await health.reportWhenReady() else { throw Problem(.unavailable, retryAfter: 2) }
                return report.response
            })
    }

    private var scrape: Route {
        Route(
            .get, "/metrics", access: .localOr(.metrics),
            .init("metriques", tag: Self.tag, "Les mesures du service, au format de Prometheus"),
            outputs: [.init(.ok, of: "text/plain", "Les mesures")],
            rate: .probe, admitsKeys: true, isQuiet: true,
            handler: .task { [metrics] _ in
                Response(.ok, .metrics, metrics.exposition()).adding("Cache-Control", "no-store")
            })
    }
}

extension Permission {
    static let metrics = Permission("read_metrics")
}

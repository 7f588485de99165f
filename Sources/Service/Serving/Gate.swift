import HTTP

/// Decides who may use a route, from what its row of the table says. Deny is the default.
struct Gate: Sendable {
    func admit(_ request: Request) throws(Problem) {
        switch request.route.access {
        case .anyone: return
        // The service knows no accounts: whoever sits at its machine is its operator, and nobody else is anybody.
        case .localOr, .signedIn, .permission:
            guard request.isLocal else {
                throw Problem(.unauthenticated, fields: [.init("WWW-Authenticate", "Bearer")])
            }
        }
    }
}

import HTTP

/// What every response tells browsers: run nothing that is not ours, show us in no frame, tell nobody where you were.
enum SecurityFields {
    static func all(overTLS: Bool) -> [Response.Field] {
        var fields: [Response.Field] = [
            .init(
                "Content-Security-Policy",
                "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
                    + "form-action 'self'"),
            .init("X-Content-Type-Options", "nosniff"),
            .init("Referrer-Policy", "no-referrer"),
            .init("Cross-Origin-Opener-Policy", "same-origin"),
        ]
        // A year, in seconds. Behind a proxy that ends TLS, the proxy says it.
        if overTLS { fields.append(.init("Strict-Transport-Security", "max-age=31536000; includeSubDomains")) }
        return fields
    }
}

import HTTP
import Platform

/// Keeps one client from taking the service from the others: each class of routes has a quota for every account, every
/// API key and, where nobody has signed in, every address. Instances count apart.
struct RateLimiter: Sendable {
    /// Requests a minute for each class that has a limit.
    let quotas: [RateClass: Int]
    private let table = RateTable()
    private let policies: [Policy?]

    private struct Policy {
        let quota: RateTable.Quota
        let field: Response.Field
    }

    private static let window = Duration.seconds(60)
    private static let classes = RateClass.allCases
    private static let places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })

    /// 0 is no limit.
    init(perMinute: [RateClass: Int]) {
        quotas = perMinute.filter { $0.value > 0 }
        policies = Self.classes.map { [quotas] rate in
            quotas[rate == .probe ? .read : rate].map { count in
                Policy(
                    quota: .init(count: count, window: Self.window),
                    field: .init(
                        "RateLimit-Policy", "\"\(rate == .probe ? "read" : rate.rawValue)\";q=\(count);w=60"))
            }
        }
    }

    /// Counts the request. The fields tell the client where it stands (draft-ietf-httpapi-ratelimit-headers).
    func admit(_ request: Request, now: Instant = .now()) throws(Problem) -> [Response.Field] {
        let rate = request.route.rate
        if rate == .probe, request.client.address.isLoopback { return [] }
        guard let place = Self.places[rate], let policy = policies[place] else { return [] }
        let name = rate == .probe ? RateClass.read.rawValue : rate.rawValue
        switch table.take(subject(of: request, name), policy.quota, at: now) {
        case .admitted(let remaining, let whole):
            return [policy.field, Self.standing(name, remaining, whole)]
        case .refused(let wait, let whole):
            throw Problem(
                .tooManyRequests, "Au plus \(policy.quota.count) requêtes de cette sorte par minute.",
                retryAfter: Self.seconds(wait), fields: [policy.field, Self.standing(name, 0, whole)])
        }
    }

    /// Hashed with the process's own seed: nobody can choose whose place in the table they share.
    private func subject(of request: Request, _ name: String) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(name)
        if let principal = request.principal {
            hasher.combine(principal.user)
        } else {
            let address = request.client.address
            hasher.combine(address.high)
            // A network of IPv6 hands out its last eight bytes freely.
            if address.isV4 { hasher.combine(address.low) }
        }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    private static func standing(_ name: String, _ remaining: Int, _ whole: Duration) -> Response.Field {
        .init("RateLimit", "\"\(name)\";r=\(remaining);t=\(seconds(whole))")
    }

    private static func seconds(_ duration: Duration) -> Int {
        Int((duration.nanoseconds + 999_999_999) / 1_000_000_000)
    }
}

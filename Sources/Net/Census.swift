import HTTP
import Platform

/// Counts open connections over all loops, in total and by address. Asked once a connection, never for a request.
final class Census: Sendable {
    private struct Counts {
        var total = 0
        var byAddress: [IPAddress: Int] = [:]
    }
    private let counts = Monitor(Counts())
    private let limits: ServerConfiguration.Limits
    private let proxies: TrustedProxies

    init(limits: ServerConfiguration.Limits, proxies: TrustedProxies) {
        (self.limits, self.proxies) = (limits, proxies)
    }

    /// A network of IPv6 gives each of its machines 2⁶⁴ addresses: they count as one.
    private static func key(_ address: IPAddress) -> IPAddress {
        address.isV4 ? address : IPAddress(high: address.high, low: 0)
    }

    /// False when the connection would be one too many.
    func admit(_ address: IPAddress) -> Bool {
        let key = Self.key(address)
        return counts.withLock { counts in
            let known = counts.byAddress[key, default: 0]
            guard counts.total < limits.connections, known < limits.connectionsPerAddress || proxies.trusts(address)
            else { return false }
            counts.total += 1
            counts.byAddress[key] = known + 1
            return true
        }
    }

    func leave(_ address: IPAddress) {
        let key = Self.key(address)
        counts.withLock { counts in
            counts.total -= 1
            let rest = counts.byAddress[key, default: 1] - 1
            counts.byAddress[key] = rest > 0 ? rest : nil
        }
    }
}

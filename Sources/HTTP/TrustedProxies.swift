/// The proxies whose word about the client is taken, and the field in which they give it.
public struct TrustedProxies: Equatable, Sendable {
    /// A proxy sets one of these and lets the other pass as the client wrote it, so one alone can be believed.
    public enum Field: String, Sendable {
        /// X-Forwarded-For with X-Forwarded-Proto
        case xForwarded
        /// RFC 7239
        case forwarded
    }

    public struct Client: Equatable, Sendable {
        public var address: IPAddress
        /// Whether the client itself speaks TLS.
        public var isSecure: Bool

        public init(address: IPAddress, isSecure: Bool) { (self.address, self.isSecure) = (address, isSecure) }
    }

    public let blocks: [AddressBlock]
    public let field: Field

    public init(_ blocks: [AddressBlock], field: Field = .xForwarded) { (self.blocks, self.field) = (blocks, field) }

    public func trusts(_ address: IPAddress) -> Bool { blocks.contains { $0.contains(address) } }

    /// Who really asks. `peer` is the other end of the connection; the field lines are in their order.
    ///
    /// The chain is walked from its right end, where each address was written by the proxy after it, to the first that
    /// is not a trusted proxy. What stands left of that, anyone can have written. Something that is no address ends the
    /// walk: the last trusted proxy is then all that is known.
    public func client(
        peer: Client, forwardedFor: [UnsafeRawBufferPointer] = [], forwardedProto: [UnsafeRawBufferPointer] = [],
        forwarded: [UnsafeRawBufferPointer] = []
    ) -> Client {
        guard trusts(peer.address) else { return peer }
        switch field {
        case .xForwarded:
            let chain = forwardedFor.flatMap(ForwardedHop.addresses)
            var client = walk(peer, chain)
            // The last word is the nearest proxy's own.
            if let isSecure = forwardedProto.flatMap(ForwardedHop.protocols).last {
                client.isSecure = isSecure ?? false
            }
            return client
        case .forwarded:
            return walk(peer, forwarded.flatMap(ForwardedHop.elements))
        }
    }

    private func walk(_ peer: Client, _ chain: [ForwardedHop]) -> Client {
        var client = peer
        for hop in chain.reversed() {
            guard trusts(client.address), let address = hop.address else { break }
            client = Client(address: address, isSecure: hop.isSecure ?? client.isSecure)
        }
        return client
    }
}

/// A chain of entries in which each carries the hash of all before it: whoever changes, removes, inserts or moves one
/// breaks every hash after it.
public struct HashChain: Sendable {
    /// What the first entry follows.
    public static let origin = Digest { $0.initializeMemory(as: UInt8.self, repeating: 0) }

    public private(set) var head: Digest
    public init(head: Digest = origin) { self.head = head }

    /// The hash of an entry after those before it.
    public mutating func append(_ entry: some Sequence<UInt8>) -> Digest {
        let hash = SHA256()
        head.withUnsafeBytes { hash.update($0) }
        hash.update(entry)
        head = hash.finish()
        return head
    }
}

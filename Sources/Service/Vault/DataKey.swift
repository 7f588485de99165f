import Crypto
import Platform
import Synchronization

/// The key of one person, unwrapped: it seals what is written about them, and nothing else.
final class DataKey: Sendable {
    /// Random nonces of 96 bits: no key may seal more often (NIST SP 800-38D).
    static let mostSeals = 1 << 32
    /// What a new person's key may seal before anybody asks the database again.
    static let firstBlock = 1 << 20
    /// Of a key that was loaded: little at first, since most seal a few fields only, then more.
    private static let (smallBlock, largeBlock) = (64, 1 << 16)

    private let key: SealingKey
    /// Seals that the database has granted to this process and that were not used yet.
    private let allowance: Atomic<Int>
    private let block: Atomic<Int>

    /// A new one.
    init() {
        key = SealingKey()
        allowance = Atomic(Self.firstBlock)
        block = Atomic(Self.largeBlock)
    }

    private init(_ key: SealingKey) {
        self.key = key
        allowance = Atomic(0)
        block = Atomic(Self.smallBlock)
    }

    // MARK: The allowance

    /// Takes `count` seals; false, and none taken, when so many are not left.
    func claim(_ count: Int) -> Bool {
        var left = allowance.load(ordering: .relaxed)
        while left >= count {
            let (done, now) = allowance.weakCompareExchange(
                expected: left, desired: left - count, ordering: .relaxed)
            if done { return true }
            left = now
        }
        return false
    }

    /// How many to ask the database for, when `count` are wanted.
    func blockToAsk(for count: Int) -> Int { max(count, block.load(ordering: .relaxed)) }

    func grant(_ count: Int) {
        allowance.add(count, ordering: .relaxed)
        block.store(Self.largeBlock, ordering: .relaxed)
    }

    // MARK: Sealing

    /// The stored bytes: how they are made (1), nonce, sealed text, tag. The caller has claimed a seal.
    func seal(_ text: String, in column: SealedColumn, row: String) -> [UInt8] {
        [Self.form] + key.seal(Array(text.utf8), context: Self.context(column, row))
    }

    func open(_ bytes: [UInt8], in column: SealedColumn, row: String) throws(VaultError) -> String {
        guard bytes.first == Self.form,
            let plain = try? key.open(Array(bytes.dropFirst()), context: Self.context(column, row)),
            let text = String(validating: plain, as: UTF8.self)
        else { throw .notAuthentic(column: "\(column.table).\(column.column)") }
        return text
    }

    private static let form: UInt8 = 1

    private static func context(_ column: SealedColumn, _ row: String) -> [UInt8] {
        Array("\(column.table)|\(column.column)|\(row)|\(form)".utf8)
    }

    // MARK: Wrapping

    func wrapped(by wrapping: VaultKeys.Key, for person: UUIDv7) -> [UInt8] {
        KeyWrapping.wrap(key, by: wrapping, at: Self.place(person))
    }

    convenience init(
        unwrapping bytes: [UInt8], with wrapping: VaultKeys.Key, for person: UUIDv7
    ) throws(VaultError) {
        guard let key = KeyWrapping.unwrap(bytes, with: wrapping, at: Self.place(person)) else {
            throw .notAuthentic(column: "personnes.cle")
        }
        self.init(key)
    }

    private static func place(_ person: UUIDv7) -> String { "personnes|cle|\(person)" }
}

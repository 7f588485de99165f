/// The names met so far in the objects that are open, so that a second one is noticed.
///
/// A stack: an object's names lie above those of the object around it and go when it closes. Most names are proved new
/// by one bit of a 64-bit filter; the others are compared with the object's few names, or, when there are many, looked
/// up in a table hashed with the process's own seed, so that no text can make reading quadratic.
@usableFromInline
struct MemberNames: ~Copyable {
    @usableFromInline
    struct Name {
        /// A cheap digest; the seeded hash once the object has a table.
        @usableFromInline var digest: UInt64
        @usableFromInline let base: UnsafePointer<UInt8>
        @usableFromInline let count: Int

        @inlinable @inline(__always)
        init(digest: UInt64, base: UnsafePointer<UInt8>, count: Int) {
            (self.digest, self.base, self.count) = (digest, base, count)
        }
        @inline(__always)
        func isSame(as other: Name) -> Bool {
            digest == other.digest && count == other.count && JSONWord.equal(base, other.base, count)
        }
    }

    /// An open object's share of the stack.
    @usableFromInline
    struct Scope {
        @usableFromInline let first: Int
        @usableFromInline var filter: UInt64 = 0
        @inlinable @inline(__always)
        init(first: Int) { self.first = first }
    }

    /// Names beyond which comparing one by one gives way to a table.
    @inlinable @inline(__always)
    static var fewNames: Int { 32 }

    @usableFromInline var names: UnsafeMutablePointer<Name>
    @usableFromInline var count = 0
    @usableFromInline var capacity = 0
    /// The tables of the open objects that have many names, innermost last.
    private var tables: [MemberTable] = []
    /// Names that were written with escapes, as they read.
    private var unescaped: [UnsafeMutableBufferPointer<UInt8>] = []

    init() { names = UnsafeMutablePointer(bitPattern: MemoryLayout<Name>.alignment)! }

    // The compiler inlines a deinit into inlinable callers, and fails on one that is not inlinable itself.
    @inlinable
    deinit { release() }

    @usableFromInline @inline(never)
    func release() {
        if capacity > 0 { names.deallocate() }
        for name in unescaped { name.deallocate() }
    }

    @inlinable @inline(__always)
    func open() -> Scope { Scope(first: count) }

    @inlinable @inline(__always)
    mutating func close(_ scope: Scope) {
        if count &- scope.first > MemberNames.fewNames { dropTable(of: scope) }
        // Never upwards: a caller may have put another reader in this one's place meanwhile.
        count = min(count, scope.first)
    }

    /// False when the object already has this name.
    @inlinable @inline(__always)
    mutating func insert(_ name: Name, into scope: inout Scope) -> Bool {
        let bit: UInt64 = 1 &<< (name.digest &>> 58)
        guard scope.filter & bit == 0, count < capacity else { return insertSlowly(name, into: &scope) }
        scope.filter |= bit
        (names + count).initialize(to: name)
        count &+= 1
        return true
    }

    /// The bytes stay where they are until the reader ends, as those of the text do.
    mutating func keep(_ bytes: UnsafeMutableBufferPointer<UInt8>) { unescaped.append(bytes) }
}

extension MemberNames {
    @usableFromInline @inline(never)
    mutating func insertSlowly(_ name: Name, into scope: inout Scope) -> Bool {
        if count == capacity { grow() }
        if count &- scope.first >= Self.fewNames { return insertIntoTable(name, &scope) }
        for other in scope.first..<count where names[other].isSame(as: name) { return false }
        scope.filter |= 1 &<< (name.digest &>> 58)
        append(name)
        return true
    }

    private mutating func insertIntoTable(_ name: Name, _ scope: inout Scope) -> Bool {
        if tables.last?.first != scope.first {
            var table = MemberTable(first: scope.first)
            for other in scope.first..<count {
                names[other].digest = MemberTable.hash(names[other])
                _ = table.insert(other, among: names)
            }
            tables.append(table)
            scope.filter = .max
        }
        append(name)
        names[count - 1].digest = MemberTable.hash(name)
        return tables[tables.count - 1].insert(count - 1, among: names)
    }

    @usableFromInline @inline(never)
    mutating func dropTable(of scope: Scope) {
        if tables.last?.first == scope.first { tables.removeLast() }
    }

    private mutating func append(_ name: Name) {
        (names + count).initialize(to: name)
        count += 1
    }

    private mutating func grow() {
        let wider = max(64, capacity * 2)
        let fresh = UnsafeMutablePointer<Name>.allocate(capacity: wider)
        fresh.moveInitialize(from: names, count: count)
        if capacity > 0 { names.deallocate() }
        (names, capacity) = (fresh, wider)
    }
}

extension MemberNames.Name {
    @inlinable @inline(__always)
    init(_ base: UnsafePointer<UInt8>, _ count: Int) {
        self.init(digest: Self.digest(base, count), base: base, count: count)
    }

    /// Made of both ends and the length, so that the names people use differ; never trusted to prove equality.
    @inlinable @inline(__always)
    static func digest(_ base: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        let bytes = UnsafeRawPointer(base)
        var word = UInt64(truncatingIfNeeded: count)
        if count >= 8 {
            let tail = JSONWord.load(base + (count &- 8))
            word ^= JSONWord.load(base) ^ (tail &<< 29 | tail &>> 35)
        } else if count >= 4 {
            let head = UInt64(bytes.loadUnaligned(as: UInt32.self))
            word ^= head &<< 32 | UInt64((bytes + (count &- 4)).loadUnaligned(as: UInt32.self))
        } else if count > 0 {
            word ^= UInt64(base[0]) &<< 40 | UInt64(base[count &>> 1]) &<< 24 | UInt64(base[count &- 1]) &<< 8
        }
        return word &* 0x9e37_79b9_7f4a_7c15
    }
}

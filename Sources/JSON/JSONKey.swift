/// A member's name, compared in place with the names a reader knows:
///
///     switch key {
///     case "numero": …
///     default: throw reader.unknownMember(key)
///     }
///
/// It lives no longer than the bytes it was read from, and the compiler sees to it.
public struct JSONKey: ~Escapable {
    @usableFromInline let base: UnsafePointer<UInt8>
    @usableFromInline let count: Int
    /// Where the name stands in the text.
    @usableFromInline let offset: Int

    @inlinable @inline(__always) @_lifetime(immortal)
    init(base: UnsafePointer<UInt8>, count: Int, offset: Int) {
        (self.base, self.count, self.offset) = (base, count, offset)
    }

    /// The name as a text of its own, which may be kept.
    public var string: String {
        String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
    }

    @inlinable @inline(__always)
    public static func ~= (name: StaticString, key: borrowing JSONKey) -> Bool {
        key.count == name.utf8CodeUnitCount && JSONWord.equal(key.base, name.utf8Start, key.count)
    }
}

import Platform

/// What each byte may be part of: one load and one mask on the hot path.
/// `@unchecked Sendable`: the table is written once, before it is shared, and lives as long as the process.
struct ByteClasses: @unchecked Sendable {
    /// RFC 9110 §5.6.2 tchar.
    static let token: UInt8 = 1
    /// Visible ASCII that needs no attention in a request target: not `%`, `?` or `#`.
    static let plainTarget: UInt8 = 2
    /// RFC 9110 §5.5: field-vchar, obs-text, space and tab.
    static let fieldValue: UInt8 = 4
    /// RFC 3986 §2.3 unreserved.
    static let unreserved: UInt8 = 8
    /// RFC 3986 §3.2.2: what a reg-name holds besides percent-escapes.
    static let regName: UInt8 = 16
    static let hexDigit: UInt8 = 32

    static let shared = ByteClasses()

    let table: UnsafePointer<UInt8>

    private init() {
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        for byte in UInt8.min...UInt8.max { table[Int(byte)] = Self.classes(of: byte) }
        self.table = UnsafePointer(table)
    }

    @inline(__always)
    func contains(_ byte: UInt8, _ kind: UInt8) -> Bool { table[Int(byte)] & kind != 0 }

    private static func classes(of byte: UInt8) -> UInt8 {
        var kinds: UInt8 = 0
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            kinds |= token | unreserved | regName
        default:
            if "!#$%&'*+-.^_`|~".utf8.contains(byte) { kinds |= token }
            if "-._~".utf8.contains(byte) { kinds |= unreserved | regName }
            if "!$&'()*+,;=".utf8.contains(byte) { kinds |= regName }
        }
        if Hexadecimal.value(byte) != nil { kinds |= hexDigit }
        if byte > 0x20 && byte < 0x7f {
            kinds |= fieldValue
            if !"%?#".utf8.contains(byte) { kinds |= plainTarget }
        }
        if byte == 0x20 || byte == 0x09 || byte >= 0x80 { kinds |= fieldValue }
        return kinds
    }
}

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

@inline(__always)
func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

import Glibc

extension HeadScanner {
    /// method SP request-target SP HTTP-version CRLF (RFC 9112 §3), with single spaces.
    @inline(__always)
    mutating func requestLine(_ head: inout RequestHead) throws(Halt) {
        let start = at
        skip(ByteClasses.token)
        // RFC 9112 §3: a method longer than any that is known gets 501.
        guard at - start <= limits.methodBytes else { throw .failed(.methodTooLong) }
        guard try byte() == 0x20, at > start else { throw .failed(.malformedRequestLine) }
        head.methodName = Slice(start: start, count: at - start)
        head.method = Method(bytes + start, at - start)
        at += 1
        try target(&head)
        at += 1
        try version(&head)
    }

    @inline(__always)
    private mutating func target(_ head: inout RequestHead) throws(Halt) {
        let start = at
        // RFC 9112 §3.2.1: origin-form, nearly always.
        let isUsual = try byte() == UInt8(ascii: "/") && head.method != .other
        if !isUsual, !canStartTarget(head) { throw .failed(.malformedTarget) }
        var query = -1
        while true {
            skip(ByteClasses.plainTarget)
            guard at - start <= limits.targetBytes else { throw .failed(.targetTooLong) }
            guard at < end else { throw .needMore }
            let stop = bytes[at]
            if stop == 0x20 { break }
            switch stop {
            case UInt8(ascii: "?"): if query < 0 { query = at }
            case UInt8(ascii: "%"): try escape()
            // A fragment never travels (RFC 9110 §7.1); nor do controls, spaces and bytes past ASCII (RFC 3986 §2).
            default: throw .failed(.malformedTarget)
            }
            at += 1
        }
        let pathEnd = query < 0 ? at : query
        head.query = query < 0 ? Slice(start: at, count: 0) : Slice(start: query + 1, count: at - query - 1)
        head.path = Slice(start: start, count: pathEnd - start)
        head.host = Slice(start: 0, count: 0)
        if !isUsual { try unusualTarget(start, pathEnd, &head) }
    }

    /// RFC 3986 §2.1: "%" and two hexadecimal digits. The walk stays on the "%".
    @inline(__always)
    private func escape() throws(Halt) {
        for next in at + 1...at + 2 {
            guard next < end else { throw .needMore }
            guard classes.contains(bytes[next], ByteClasses.hexDigit) else { throw .failed(.malformedTarget) }
        }
    }

    @inline(__always)
    private mutating func version(_ head: inout RequestHead) throws(Halt) {
        // RFC 9112 §2.3: HTTP-version is case-sensitive, one digit on each side of the dot.
        guard end - at >= 8 else { throw partialVersion() }
        let name = UnsafeRawPointer(bytes + at).loadUnaligned(as: UInt64.self)
        // "HTTP/1.1" and "HTTP/1.0" at once: the last byte's lowest bit is the difference.
        if UInt64(littleEndian: name) | 1 << 56 != 0x312e_312f_5054_5448 {
            try unusualVersion(&head)
        } else {
            head.minorVersion = bytes[at + 7] & 1
        }
        at += 8
        try lineEnd(else: .malformedVersion)
    }

    /// What is certain of a version of which fewer than eight bytes are here.
    @inline(never)
    private func partialVersion() -> Halt {
        let pattern: StaticString = "HTTP/"
        for k in 0..<end - at {
            let byte = bytes[at + k]
            let fits =
                switch k {
                case 0..<5: byte == pattern.utf8Start[k]
                case 6: byte == UInt8(ascii: ".")
                default: isDigit(byte)
                }
            if !fits { return .failed(.malformedVersion) }
        }
        return .needMore
    }

    @inline(never)
    private func unusualVersion(_ head: inout RequestHead) throws(Halt) {
        let name = bytes + at
        guard memcmp(name, "HTTP/", 5) == 0, isDigit(name[5]), name[6] == UInt8(ascii: "."), isDigit(name[7]) else {
            throw .failed(.malformedVersion)
        }
        guard name[5] == UInt8(ascii: "1") else { throw .failed(.versionNotSupported) }
        // RFC 9110 §6.2: a higher minor version is served as the highest that is known.
        head.minorVersion = 1
    }
}

extension Method {
    /// RFC 9110 §9.1: methods are case-sensitive.
    @inline(__always)
    init(_ name: UnsafePointer<UInt8>, _ count: Int) {
        self =
            switch count {
            case 3 where memcmp(name, "GET", 3) == 0: .get
            case 3 where memcmp(name, "PUT", 3) == 0: .put
            case 4 where memcmp(name, "POST", 4) == 0: .post
            case 4 where memcmp(name, "HEAD", 4) == 0: .head
            case 5 where memcmp(name, "PATCH", 5) == 0: .patch
            case 6 where memcmp(name, "DELETE", 6) == 0: .delete
            case 7 where memcmp(name, "OPTIONS", 7) == 0: .options
            default: .other
            }
    }
}

import Glibc

extension HeadScanner {
    /// The forms of RFC 9112 §3.2 that do not start with "/", or may not.
    @inline(never)
    func unusualTarget(_ start: Int, _ pathEnd: Int, _ head: inout RequestHead) throws(Halt) {
        if isConnect(head) {
            // §3.2.3: what follows a CONNECT is for a tunnel; it must not be read as a request.
            throw .failed(
                Authority.isValid(bytes + start, at - start, classes) ? .connectNotSupported : .malformedTarget)
        }
        if bytes[start] == UInt8(ascii: "/") { return }
        if bytes[start] == UInt8(ascii: "*") {
            // §3.2.4: asterisk-form, for OPTIONS alone.
            guard at - start == 1, head.method == .options else { throw .failed(.malformedTarget) }
            return
        }
        guard let authority = schemeLength(start, at) else { throw .failed(.malformedTarget) }
        // §3.2.2: absolute-form; its authority replaces the Host field's.
        let first = start + authority
        var last = first
        while last < pathEnd, bytes[last] != UInt8(ascii: "/") { last += 1 }
        guard Authority.isValid(bytes + first, last - first, classes) else { throw .failed(.malformedTarget) }
        head.host = Slice(start: first, count: last - first)
        // An empty path is "/": the slash before the authority stands for it.
        head.path =
            last == pathEnd ? Slice(start: first - 1, count: 1) : Slice(start: last, count: pathEnd - last)
    }

    /// Whether the bytes from here on begin a target of some form, so that what cannot is refused before it is whole.
    @inline(never)
    func canStartTarget(_ head: RequestHead) -> Bool {
        if isConnect(head) || bytes[at] == UInt8(ascii: "/") { return true }
        if bytes[at] == UInt8(ascii: "*") {
            return head.method == .options && (at + 1 == end || bytes[at + 1] == 0x20)
        }
        return schemeLength(at, end) != nil
    }

    private func isConnect(_ head: RequestHead) -> Bool {
        head.methodName.count == 7 && memcmp(bytes + Int(head.methodName.start), "CONNECT", 7) == 0
    }

    /// The length of "http://" or "https://" at `start`, or of the part of it that is there.
    private func schemeLength(_ start: Int, _ stop: Int) -> Int? {
        for scheme in ["http://", "https://"] as [StaticString] {
            let count = min(scheme.utf8CodeUnitCount, stop - start)
            let whole = count == scheme.utf8CodeUnitCount || stop == end
            if whole, (0..<count).allSatisfy({ lowercased(bytes[start + $0]) == scheme.utf8Start[$0] }) { return count }
        }
        return nil
    }
}

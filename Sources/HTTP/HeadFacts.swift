/// What a head's fields say of the message itself, gathered line by line.
struct HeadFacts {
    private let classes: ByteClasses
    private var host: Slice?
    private var contentLength: Int?
    private var isChunked = false
    private var closes = false
    private var keepsAlive = false
    private var expectsContinue = false

    @inline(__always)
    init(_ classes: ByteClasses) { self.classes = classes }

    @inline(__always)
    mutating func note(_ field: HeaderField, in bytes: UnsafePointer<UInt8>) throws(ParseError) {
        let name = bytes + Int(field.name.start)
        switch field.name.count {
        case 4 where Self.isName(name, "host", 4): try noteHost(field.value, bytes)
        case 6 where Self.isName(name, "expect", 6): try noteExpectation(Self.view(field.value, bytes))
        case 10 where Self.isName(name, "connection", 10): noteConnection(Self.view(field.value, bytes))
        case 14 where Self.isName(name, "content-length", 14): try noteLength(Self.view(field.value, bytes))
        case 17 where Self.isName(name, "transfer-encoding", 17): try noteCoding(Self.view(field.value, bytes))
        default: break
        }
    }

    /// Whether a token is the lower-case `literal`, which holds only letters and "-".
    @inline(__always)
    private static func isName(_ name: UnsafePointer<UInt8>, _ literal: StaticString, _ count: Int) -> Bool {
        let expected = literal.utf8Start
        for k in 0..<count where name[k] | 0x20 != expected[k] { return false }
        return true
    }

    @inline(__always)
    private static func view(_ slice: Slice, _ bytes: UnsafePointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: bytes + Int(slice.start), count: Int(slice.count))
    }

    /// RFC 9112 §3.2: more than one Host, or one that is not a host, is refused.
    private mutating func noteHost(_ value: Slice, _ bytes: UnsafePointer<UInt8>) throws(ParseError) {
        guard host == nil else { throw .duplicatedHost }
        guard Authority.isValid(bytes + Int(value.start), Int(value.count), classes) else { throw .malformedHost }
        host = value
    }

    /// RFC 9110 §8.6: digits only. A second one is refused even when it is equal: nobody sends two in good faith.
    private mutating func noteLength(_ value: UnsafeBufferPointer<UInt8>) throws(ParseError) {
        guard contentLength == nil else { throw .duplicatedContentLength }
        guard !value.isEmpty, value.count <= 18 else { throw .malformedContentLength }
        var length = 0
        for byte in value {
            guard isDigit(byte) else { throw .malformedContentLength }
            length = length &* 10 &+ Int(byte &- 0x30)
        }
        contentLength = length
    }

    private mutating func noteCoding(_ value: UnsafeBufferPointer<UInt8>) throws(ParseError) {
        guard !isChunked else { throw .malformedTransferCoding }
        try TransferCoding.check(value)
        isChunked = true
    }

    /// RFC 9110 §10.1.1: one expectation exists.
    private mutating func noteExpectation(_ value: UnsafeBufferPointer<UInt8>) throws(ParseError) {
        guard FieldList.equals(value, "100-continue") else { throw .expectationFailed }
        expectsContinue = true
    }

    /// RFC 9112 §9.3.
    private mutating func noteConnection(_ value: UnsafeBufferPointer<UInt8>) {
        FieldList.forEach(value) { option in
            if FieldList.equals(option, "close") { closes = true }
            if FieldList.equals(option, "keep-alive") { keepsAlive = true }
        }
    }

    @inline(__always)
    func conclude(_ head: inout RequestHead) throws(ParseError) {
        let modern = head.minorVersion >= 1
        // RFC 9112 §3.2: HTTP/1.1 has exactly one Host.
        if let host {
            if head.host.count == 0 { head.host = host }
        } else if modern {
            throw .missingHost
        }
        head.framing = .none
        if isChunked {
            // RFC 9112 §6.1, §6.3: both framings, or a coding in HTTP/1.0, is how requests are smuggled.
            guard contentLength == nil, modern else { throw .conflictingFraming }
            head.framing = .chunked
        } else if let contentLength, contentLength > 0 {
            head.framing = .length(contentLength)
        }
        head.keepAlive = !closes && (modern || keepsAlive)
        // RFC 9110 §10.1.1: without a body there is nothing to wait for, and HTTP/1.0 does not know the answer.
        head.expectsContinue = expectsContinue && modern && head.framing != .none
    }
}

/// What one proxy said of who called it. Absent: not said, or not understood.
struct ForwardedHop {
    var address: IPAddress?
    var isSecure: Bool?

    /// The elements of an X-Forwarded-For line.
    static func addresses(_ field: UnsafeRawBufferPointer) -> [ForwardedHop] {
        list(field).map { ForwardedHop(address: node($0)) }
    }

    /// The elements of an X-Forwarded-Proto line; nil for one that is no scheme of ours.
    static func protocols(_ field: UnsafeRawBufferPointer) -> [Bool?] { list(field).map(isSecure) }

    /// The elements of a Forwarded line (RFC 7239 §4). A malformed line says nothing, but stands in the chain.
    static func elements(_ field: UnsafeRawBufferPointer) -> [ForwardedHop] {
        var hops: [ForwardedHop] = []
        var reader = FieldReader(field, failing: .malformedFieldValue)
        do throws(ParseError) {
            repeat {
                reader.skipSpace()
                hops.append(try element(&reader))
                reader.skipSpace()
            } while reader.take(UInt8(ascii: ","))
            try reader.expectEnd()
            return hops
        } catch {
            return [ForwardedHop()]
        }
    }

    private static func element(_ reader: inout FieldReader) throws(ParseError) -> ForwardedHop {
        var hop = ForwardedHop()
        var names: Set<String> = []
        repeat {
            let name = try reader.lowercasedToken()
            try reader.expect(UInt8(ascii: "="))
            let value = reader.next == UInt8(ascii: "\"") ? try reader.quotedString() : Array(try reader.token())
            guard names.insert(name).inserted else { throw .malformedFieldValue }
            if name == "for" { hop.address = value.withUnsafeBufferPointer(node) }
            if name == "proto" { hop.isSecure = value.withUnsafeBufferPointer(isSecure) }
        } while reader.take(UInt8(ascii: ";"))
        return hop
    }

    private static func isSecure(_ scheme: UnsafeBufferPointer<UInt8>) -> Bool? {
        if FieldList.equals(scheme, "https") { return true }
        return FieldList.equals(scheme, "http") ? false : nil
    }

    /// An address, with a port or without: `1.2.3.4`, `1.2.3.4:80`, `::1`, `[::1]`, `[::1]:80`.
    private static func node(_ text: UnsafeBufferPointer<UInt8>) -> IPAddress? {
        if let address = IPAddress.parse(text) { return address }
        let colon = UInt8(ascii: ":")
        if text.first == UInt8(ascii: "["), let bracket = text.firstIndex(of: UInt8(ascii: "]")) {
            guard isPort(text[(bracket + 1)...]) else { return nil }
            return IPAddress.parseV6(UnsafeBufferPointer(rebasing: text[1..<bracket]))
        }
        guard let place = text.firstIndex(of: colon), isPort(text[place...]) else { return nil }
        return IPAddress.parseV4(UnsafeBufferPointer(rebasing: text[..<place])).map(IPAddress.init(v4:))
    }

    private static func isPort(_ text: UnsafeBufferPointer<UInt8>.SubSequence) -> Bool {
        text.isEmpty
            || (text.first == UInt8(ascii: ":") && (2...6).contains(text.count) && text.dropFirst().allSatisfy(isDigit))
    }

    private static func list(_ field: UnsafeRawBufferPointer) -> [UnsafeBufferPointer<UInt8>] {
        var elements: [UnsafeBufferPointer<UInt8>] = []
        FieldList.forEach(field.bindMemory(to: UInt8.self)) { elements.append($0) }
        return elements
    }
}

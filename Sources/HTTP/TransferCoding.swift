/// The Transfer-Encoding field (RFC 9112 §6.1).
enum TransferCoding {
    /// Passes on exactly `chunked`. Codings that exist but are not served get 501; whatever could be meant to look like
    /// `chunked` to one reader and not to another is malformed.
    static func check(_ value: UnsafeBufferPointer<UInt8>) throws(ParseError) {
        if FieldList.equals(value, "chunked") { return }
        var isSuspect = value.isEmpty
        var sawChunked = false
        FieldList.forEach(value) { coding in
            let isToken = coding.allSatisfy { ByteClasses.shared.contains($0, ByteClasses.token) }
            // §7: chunked comes last and once; identity was withdrawn.
            if coding.isEmpty || !isToken || sawChunked || FieldList.equals(coding, "identity") { isSuspect = true }
            if FieldList.equals(coding, "chunked") { sawChunked = true }
        }
        throw isSuspect ? .malformedTransferCoding : .transferCodingNotSupported
    }
}

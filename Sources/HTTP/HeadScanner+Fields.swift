extension HeadScanner {
    /// Field lines up to the empty line (RFC 9112 §5), then what they say together of the message.
    @inline(__always)
    mutating func fields(_ head: inout RequestHead, _ storage: UnsafeMutablePointer<HeaderField>) throws(Halt) {
        var facts = HeadFacts(classes)
        var count = 0
        while true {
            let first = try byte()
            if first == 0x0d || first == 0x0a {
                try lineEnd(else: .malformedFieldName)
                break
            }
            guard count < limits.fields else { throw .failed(.tooManyFields) }
            // RFC 9112 §5.2: obsolete line folding.
            if first == 0x20 || first == 0x09 { throw .failed(.foldedField) }
            let field = try fieldLine()
            storage[count] = field
            count += 1
            do throws(ParseError) { try facts.note(field, in: bytes) } catch { throw .failed(error) }
        }
        do throws(ParseError) { try facts.conclude(&head) } catch { throw .failed(error) }
        head.fieldCount = count
        head.size = at
    }

    /// field-name ":" OWS field-value OWS CRLF: nothing between the name and the colon (RFC 9112 §5.1).
    @inline(__always)
    private mutating func fieldLine() throws(Halt) -> HeaderField {
        let nameStart = at
        skip(ByteClasses.token)
        let stop = try byte()
        guard stop == UInt8(ascii: ":"), at > nameStart else {
            throw .failed(stop == 0x0a ? .bareLineEnding : .malformedFieldName)
        }
        let name = Slice(start: nameStart, count: at - nameStart)
        at &+= 1
        while at < end, bytes[at] == 0x20 || bytes[at] == 0x09 { at &+= 1 }
        let start = at
        skipFieldValue()
        var stopped = at
        try lineEnd(else: .malformedFieldValue)
        while stopped > start, bytes[stopped &- 1] == 0x20 || bytes[stopped &- 1] == 0x09 { stopped &-= 1 }
        return HeaderField(name: name, value: Slice(start: start, count: stopped - start))
    }

    /// Goes to the first byte that a field value cannot hold, eight bytes at a time.
    @inline(__always)
    private mutating func skipFieldValue() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        while end &- at >= 8 {
            let word = UInt64(littleEndian: UnsafeRawPointer(bytes + at).loadUnaligned(as: UInt64.self))
            let deleted = word ^ (ones &* 0x7f)
            // The lowest marked byte is a control or DEL; a tab is one too, and is stepped over below.
            let control = (word &- ones &* 0x20) & ~word
            let marks = (control | ((deleted &- ones) & ~deleted)) & (ones &* 0x80)
            if marks == 0 {
                at &+= 8
                continue
            }
            at &+= marks.trailingZeroBitCount >> 3
            guard bytes[at] == 0x09 else { return }
            at &+= 1
        }
        skip(ByteClasses.fieldValue)
    }
}

extension JSONReader {
    /// Reads an object: `member` is called for each name and must read, or skip, the value.
    @inlinable @inline(__always)
    public mutating func object(
        _ member: (JSONKey, inout JSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard try peek() == 0x7b else { throw mismatch(.expectedObject) }
        try enter()
        var scope = members.open()
        var more = try peek() != 0x7d
        while more {
            let key = try name(&scope)
            do throws(JSONError) { try member(key, &self) } catch { throw error.inside(key.string) }
            more = try continues(until: 0x7d)
        }
        members.close(scope)
        leave()
    }

    /// Reads an array: `element` is called for each and must read, or skip, it.
    @inlinable @inline(__always)
    public mutating func array(_ element: (inout JSONReader) throws(JSONError) -> Void) throws(JSONError) {
        guard try peek() == 0x5b else { throw mismatch(.expectedArray) }
        try enter()
        var index = 0
        var more = try peek() != 0x5d
        while more {
            do throws(JSONError) { try element(&self) } catch { throw error.inside(String(index)) }
            index &+= 1
            more = try continues(until: 0x5d)
        }
        leave()
    }

    @inlinable @inline(__always)
    mutating func enter() throws(JSONError) {
        if depth >= deepest { throw failure(.tooDeep, at: position) }
        depth &+= 1
        position &+= 1
    }

    @inlinable @inline(__always)
    mutating func leave() {
        depth &-= 1
        position &+= 1
    }

    /// After a member or an element: past a comma, or at `close`.
    @inlinable @inline(__always)
    mutating func continues(until close: UInt8) throws(JSONError) -> Bool {
        let byte = try peek()
        if byte == 0x2c {
            position &+= 1
            return true
        }
        if byte == close { return false }
        throw failure(.unexpectedByte, at: position)
    }

    /// Reads a name and the colon after it.
    @inlinable @inline(__always) @_lifetime(copy self)
    mutating func name(_ scope: inout MemberNames.Scope) throws(JSONError) -> JSONKey {
        guard try peek() == 0x22 else { throw failure(.unexpectedByte, at: position) }
        let text = try scanString()
        var bytes = UnsafeBufferPointer(start: base + text.start, count: text.count)
        if text.isEscaped { bytes = unescapedName(text) }
        let name = MemberNames.Name(bytes.baseAddress!, bytes.count)
        guard members.insert(name, into: &scope) else { throw duplicate(name, at: text.start &- 1) }
        guard try peek() == 0x3a else { throw failure(.unexpectedByte, at: position) }
        position &+= 1
        return JSONKey(base: name.base, count: name.count, offset: text.start &- 1)
    }

    @usableFromInline @inline(never)
    mutating func duplicate(_ name: MemberNames.Name, at offset: Int) -> JSONError {
        let text = String(decoding: UnsafeBufferPointer(start: name.base, count: name.count), as: UTF8.self)
        return failure(.duplicateMember, at: offset).inside(text)
    }
}

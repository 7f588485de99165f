import HTTP

/// The first byte chooses the reader, the second where the rest is cut; a broken property stops the process.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count >= 2 else { return 0 }
    let input = UnsafeRawBufferPointer(start: start + 2, count: count - 2)
    let cut = input.isEmpty ? 0 : Int(start[1]) * (input.count + 1) / 256
    switch start[0] % 6 {
    case 0: HeadFuzz.run(input, cut)
    case 1: ChunkedFuzz.run(input, cut)
    case 2: MultipartFuzz.run(input, cut)
    case 3: MultipartFuzz.runPart(input, cut)
    case 4: ValuesFuzz.run(input)
    default: ConnectionFuzz.run(input, cut)
    }
    return 0
}

func part(_ input: UnsafeRawBufferPointer, _ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: input[range])
}

enum HeadFuzz {
    static let limits: HeadLimits = {
        var limits = HeadLimits()
        limits.fields = 20
        limits.headBytes = 512
        limits.targetBytes = 64
        return limits
    }()

    /// Slices lie in the head; a head's prefixes need more; a refused prefix stays refused.
    static func run(_ input: UnsafeRawBufferPointer, _ cut: Int) {
        let parser = RequestParser(limits: limits)
        let fields = UnsafeMutablePointer<HeaderField>.allocate(capacity: limits.fields)
        defer { fields.deallocate() }
        var head = RequestHead()
        let outcome = parser.parse(input, head: &head, fields: fields)
        var other = RequestHead()
        let early = parser.parse(part(input, 0..<cut), head: &other, fields: fields)
        switch early {
        case .complete: precondition(outcome == .complete && head.size == other.size)
        case .failed: precondition(outcome == early)
        case .needMore:
            let resumed = parser.parse(input, known: cut, head: &other, fields: fields)
            precondition(
                resumed == outcome || (resumed == .needMore && outcome != .complete)
                    || (resumed == .failed(.headTooLarge) && outcome != .complete))
        }
        guard outcome == .complete else { return }
        precondition(parser.parse(input, head: &head, fields: fields) == .complete)
        precondition(head.size <= min(input.count, limits.headBytes))
        for slice in [head.methodName, head.path, head.query, head.host] {
            precondition(slice.range.upperBound <= head.size)
        }
        precondition(head.path.count > 0 && [0x2f, 0x2a].contains(input[Int(head.path.start)]))
        for k in 0..<head.fieldCount {
            precondition(fields[k].name.range.upperBound < fields[k].value.range.upperBound + 2)
            precondition(fields[k].value.range.upperBound <= head.size)
        }
        let before = parser.parse(part(input, 0..<head.size - 1), head: &other, fields: fields)
        precondition(before == .needMore)
    }
}

enum ChunkedFuzz {
    struct Outcome: Equatable {
        var data: [UInt8] = []
        var used = 0
        var isDone = false
        var error: ParseError?
    }

    static func run(_ input: UnsafeRawBufferPointer, _ cut: Int) {
        let whole = decode(input, [0, input.count])
        precondition(whole == decode(input, [0, cut, input.count]))
        precondition(whole == decode(input, Array(0...input.count)))
    }

    static func decode(_ input: UnsafeRawBufferPointer, _ cuts: [Int]) -> Outcome {
        var (decoder, outcome) = (ChunkedDecoder(trailerLimit: 64), Outcome())
        do throws(ParseError) {
            for (start, stop) in zip(cuts, cuts.dropFirst()) where !decoder.isDone {
                outcome.used += try decoder.decode(part(input, start..<stop)) { outcome.data += Array($0) }
            }
        } catch {
            outcome.error = error
            outcome.used = 0
        }
        outcome.isDone = decoder.isDone
        return outcome
    }
}

enum MultipartFuzz {
    struct Outcome: Equatable {
        var parts: [MultipartPart] = []
        var data: [UInt8] = []
        var ended = 0
        var error: ParseError?
    }

    static func run(_ input: UnsafeRawBufferPointer, _ cut: Int) {
        let whole = decode(input, [0, input.count])
        precondition(whole == decode(input, [0, cut, input.count]))
        precondition(whole == decode(input, Array(0...input.count)))
    }

    /// The input as a part's content comes back as it is, unless it holds the delimiter.
    static func runPart(_ input: UnsafeRawBufferPointer, _ cut: Int) {
        let content = Array(input)
        let delimiter = Array("\r\n--b".utf8)
        let surrounded = [13, 10] + content
        for place in surrounded.indices where surrounded[place...].starts(with: delimiter) { return }
        let body =
            Array("--b\r\nContent-Disposition: form-data; name=a\r\n\r\n".utf8) + content + Array("\r\n--b--".utf8)
        body.withUnsafeBytes { raw in
            let outcome = decode(raw, [0, min(cut, raw.count), raw.count])
            precondition(outcome.data == content && outcome.error == nil && outcome.ended == 2)
        }
    }

    static func decode(_ input: UnsafeRawBufferPointer, _ cuts: [Int]) -> Outcome {
        var outcome = Outcome()
        do throws(ParseError) {
            var decoder = try MultipartDecoder(MediaType("multipart", "form-data", ["boundary": "b"]))
            for (start, stop) in zip(cuts, cuts.dropFirst()) {
                try decoder.decode(part(input, start..<stop)) { event in
                    switch event {
                    case .partBegin(let part): outcome.parts.append(part)
                    case .partData(let bytes): outcome.data += Array(bytes)
                    case .partEnd, .end: outcome.ended += 1
                    }
                }
            }
            try decoder.finish()
        } catch { outcome.error = error }
        return outcome
    }
}

enum ValuesFuzz {
    /// What is read is written and read back the same.
    static func run(_ input: UnsafeRawBufferPointer) {
        if let type = try? MediaType(input) {
            precondition(withText(type.description) { try? MediaType($0) } == type)
        }
        if let date = HTTPDate.parse(input) {
            precondition(withText(HTTPDate.text(date)) { HTTPDate.parse($0) } == date)
        }
        if let text = try? PercentCoding.decode(input) {
            precondition((try? PercentCoding.decode(PercentCoding.encode(text).utf8)) == text)
        }
        if let text = String(validating: input, as: UTF8.self) {
            if let address = IPAddress(text) { precondition(IPAddress(address.description) == address) }
            _ = AddressBlock(text)
        }
        if let query = try? Query(Array(input)[...]), let names = try? query.names {
            for name in names.prefix(4) { precondition((try? query.all(name))?.isEmpty != true) }
        }
        for size in [0, 1, 1000] {
            if case .part(let range) = ByteRange(input, size: size) {
                precondition(!range.isEmpty && range.upperBound <= size)
            }
        }
        _ = try? Cookies(input)
        _ = try? EntityTagList(input)
        _ = Accept.choose(input, from: [.json, .html])
        _ = Accept.wantsGzip(input)
        _ = Accept.language(input)
        guard let proxy = AddressBlock("10.0.0.0/8"), let peer = IPAddress("10.0.0.1") else { return }
        for field in [TrustedProxies.Field.xForwarded, .forwarded] {
            _ = TrustedProxies([proxy], field: field).client(
                peer: .init(address: peer, isSecure: true), forwardedFor: [input], forwardedProto: [input],
                forwarded: [input])
        }
    }

    static func withText<Result>(_ text: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var text = text
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}

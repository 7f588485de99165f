import Glibc

/// The text of XML: references, spaces, names.
enum XMLText {
    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 }

    /// What follows the prefix.
    static func localName(_ base: UnsafePointer<UInt8>, _ name: Range<Int>) -> Range<Int> {
        for k in name where base[k] == UInt8(ascii: ":") { return k + 1..<name.upperBound }
        return name
    }

    static func number(_ base: UnsafePointer<UInt8>, _ range: Range<Int>) -> Int? {
        guard 1...9 ~= range.count else { return nil }
        var value = 0
        for k in range {
            let digit = base[k] &- 0x30
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    /// Appends text as UTF-8 with its references replaced, unless it `isLiteral`.
    static func append(
        _ base: UnsafePointer<UInt8>, _ range: Range<Int>, isLiteral: Bool, to bytes: inout [UInt8]
    ) throws(ReadingError) {
        let piece = UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
        guard UTF8Check.accepts(piece) else { throw .badWorkbook("XML that is not UTF-8") }
        guard !isLiteral, let first = memchr(base + range.lowerBound, Int32(UInt8(ascii: "&")), range.count) else {
            bytes.append(contentsOf: piece)
            return
        }
        var k = first - UnsafeMutableRawPointer(mutating: base)
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: piece[..<(k - range.lowerBound)]))
        while k < range.upperBound {
            if base[k] == UInt8(ascii: "&") {
                k = try appendReference(base, k, range.upperBound, to: &bytes)
            } else {
                bytes.append(base[k])
                k += 1
            }
        }
    }

    /// Of the five that XML knows, or a character by its number. Says where it ends.
    private static func appendReference(
        _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, to bytes: inout [UInt8]
    ) throws(ReadingError) -> Int {
        var stop = start + 1
        while stop < min(end, start + 12), base[stop] != UInt8(ascii: ";") { stop += 1 }
        guard stop < end, base[stop] == UInt8(ascii: ";") else { throw .badWorkbook("an unfinished reference") }
        let name = String(
            decoding: UnsafeBufferPointer(start: base + start + 1, count: stop - start - 1), as: UTF8.self)
        switch name {
        case "lt": bytes.append(UInt8(ascii: "<"))
        case "gt": bytes.append(UInt8(ascii: ">"))
        case "amp": bytes.append(UInt8(ascii: "&"))
        case "quot": bytes.append(UInt8(ascii: "\""))
        case "apos": bytes.append(UInt8(ascii: "'"))
        default:
            let code = name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst())
            guard name.hasPrefix("#"), let code, code > 0, let scalar = Unicode.Scalar(code) else {
                throw .badWorkbook("an unknown reference")
            }
            bytes.append(contentsOf: UTF8.encode(scalar)!)
        }
        return stop + 1
    }

    /// An XML declaration that names an encoding names UTF-8 or a part of it.
    static func checkEncoding(_ base: UnsafePointer<UInt8>, _ range: Range<Int>) throws(ReadingError) {
        let text = String(
            decoding: UnsafeBufferPointer(start: base + range.lowerBound, count: range.count), as: UTF8.self
        )
        .lowercased()
        guard text.hasPrefix("xml ") || text.hasPrefix("xml\n") || text.hasPrefix("xml\r") else { return }
        let words = text.split { "='\" \t\r\n".contains($0) }
        guard let place = words.firstIndex(of: "encoding"), place + 1 < words.count else { return }
        guard words[place + 1] == "utf-8" || words[place + 1] == "us-ascii" else {
            throw .badWorkbook("XML that is not UTF-8")
        }
    }
}

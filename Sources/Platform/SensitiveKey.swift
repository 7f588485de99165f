/// Names of fields whose values are never shown: secrets, and what tells who somebody is.
enum SensitiveKey {
    static func matches(_ name: StaticString) -> Bool {
        matches(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }

    /// Capitals and hyphens count as small letters and underscores.
    static func matches(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        name.indices.contains { start in
            func part(_ text: StaticString) -> Bool { stands(text, in: name, at: start) }
            func word(_ text: StaticString) -> Bool { isWord(text, in: name, at: start) }
            return switch folded(name[start]) {
            case UInt8(ascii: "a"): part("authorization") || part("api_key") || part("apikey") || word("adresse")
            case UInt8(ascii: "c"): part("cookie") || word("courriel")
            case UInt8(ascii: "d"): word("destinataire") || word("declarant")
            case UInt8(ascii: "e"): word("email") || word("expediteur")
            case UInt8(ascii: "i"): word("importateur")
            case UInt8(ascii: "j"): part("jeton") || word("jwt")
            case UInt8(ascii: "m"): part("mot_de_passe")
            case UInt8(ascii: "n"): word("ninea") || word("nom")
            case UInt8(ascii: "o"): word("otp")
            case UInt8(ascii: "p"):
                part("password") || part("passwd") || part("passphrase") || part("private_key") || word("pin")
                    || word("phone") || word("ppm")
            case UInt8(ascii: "s"): part("secret")
            case UInt8(ascii: "t"): part("token") || word("totp") || word("telephone")
            default: false
            }
        }
    }

    private static func isWord(_ word: StaticString, in name: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
        let end = start + word.utf8CodeUnitCount
        return stands(word, in: name, at: start) && (start == 0 || !isLetter(name[start - 1]))
            && (end == name.count || !isLetter(name[end]))
    }

    private static func stands(_ text: StaticString, in name: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
        guard start + text.utf8CodeUnitCount <= name.count else { return false }
        for k in 0..<text.utf8CodeUnitCount where folded(name[start + k]) != text.utf8Start[k] { return false }
        return true
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0x41...0x5a: byte | 0x20
        case UInt8(ascii: "-"): UInt8(ascii: "_")
        default: byte
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { 0x61...0x7a ~= byte | 0x20 }
}

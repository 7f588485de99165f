import JSON
import Testing

/// What was written reads back the same, over things nobody thought of; the seed is fixed, so a failure repeats.
@Suite struct JSONRoundTripTests {
    struct SplitMix: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }

        mutating func text() -> String {
            let alphabet: [Unicode.Scalar] = ["a", "Z", "\"", "\\", "/", "\n", "\u{0}", "é", "€", "😀", "\u{7f}", " "]
            var text = ""
            for _ in 0..<Int.random(in: 0...20, using: &self) {
                text.unicodeScalars.append(alphabet.randomElement(using: &self) ?? "a")
            }
            return text
        }

        mutating func double() -> Double {
            while true {
                let value = Double(bitPattern: next())
                if value.isFinite { return value }
            }
        }

        mutating func tree(_ depth: Int) -> JSONValue {
            switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &self) {
            case 0: return .null
            case 1: return .bool(Bool.random(using: &self))
            case 2: return .int(Int(truncatingIfNeeded: next() >> UInt64.random(in: 0..<64, using: &self)))
            case 3: return .double(double())
            case 4: return .double(Double(Int.random(in: -1_000_000...1_000_000, using: &self)) / 100)
            case 5: return .string(text())
            case 6: return .array((0..<Int.random(in: 0...6, using: &self)).map { _ in tree(depth - 1) })
            default:
                let count = Int.random(in: 0...(depth > 1 ? 6 : 40), using: &self)
                return .object((0..<count).map { .init("\(text())\($0)", tree(depth - 1)) })
            }
        }
    }

    @Test func randomTrees() throws {
        var random = SplitMix(state: 1)
        for _ in 0..<500 {
            let tree = random.tree(4)
            let bytes = tree.jsonBytes()
            #expect(try JSONValue(parsing: bytes) == tree)
            #expect(try JSONValue(parsing: Array(tree.prettyPrinted().utf8)) == tree)
            for reading in Reading.allCases { #expect(reading.error(in: bytes) == nil) }
        }
    }

    @Test func randomDoubles() throws {
        var random = SplitMix(state: 2)
        for round in 0..<20_000 {
            let value =
                round % 2 == 0 ? random.double() : Double(Int64(truncatingIfNeeded: random.next()) >> 12) / 10_000
            let bytes = value.jsonBytes()
            #expect(try Double(parsing: bytes).bitPattern == value.bitPattern)
            #expect(String(decoding: bytes, as: UTF8.self) == value.description)
        }
    }

    @Test func randomDecimalsAreRoundedAsTheLibraryRoundsThem() throws {
        var random = SplitMix(state: 3)
        for _ in 0..<20_000 {
            let digits = String(random.next() >> UInt64.random(in: 0..<40, using: &random))
            let text = "\(digits).\(random.next() % 1000)e\(Int.random(in: -40...40, using: &random))"
            #expect(try Double(parsing: Array(text.utf8)) == Double(text))
        }
    }

    @Test func randomIntegers() throws {
        var random = SplitMix(state: 4)
        for _ in 0..<20_000 {
            let shift = UInt64.random(in: 0..<64, using: &random)
            let value = Int(truncatingIfNeeded: random.next()) >> Int(shift)
            #expect(try Int(parsing: value.jsonBytes()) == value)
            let unsigned = random.next() >> shift
            #expect(try UInt64(parsing: unsigned.jsonBytes()) == unsigned)
        }
    }

    @Test func everyPrefixOfAValidTextIsRefused() throws {
        let text = Array(#" {"a":[1,-2.5e+3,"é\u00e9\ud83d\ude00\n😀"],"b":{"c":null,"d":true,"e":false},"f":""}"#.utf8)
        #expect(Reading.tree.error(in: text) == nil)
        for length in text.indices {
            let error = refusal(of: Array(text[..<length]))
            #expect(error != nil, "prefix of \(length) bytes")
            #expect(error?.reason.isMalformedText == true)
        }
    }

    @Test func oneChangedByteNeverBreaksTheAgreement() {
        let text = Array(#"{"a":[1,-2.5e+3,"é\u00e9😀"],"b":{"c":null,"d":true}}"#.utf8)
        for position in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[position] = byte
                let accepted = Set(Reading.allCases.map { $0.error(in: changed) == nil })
                #expect(accepted.count == 1, "byte \(byte) at \(position)")
            }
        }
    }
}

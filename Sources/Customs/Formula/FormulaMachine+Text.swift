extension FormulaMachine {
    /// The steps that look at texts, at lists and at the past.
    @inline(__always)
    func runText(
        _ instruction: FormulaInstruction, _ n: inout UnsafeMutablePointer<Double>,
        _ t: inout UnsafeMutablePointer<TextSpan>
    ) {
        let operand = Int(instruction.operand)
        switch instruction.operation {
        case .text:
            t[0] = frame.texts[operand]
            t += 1
        case .textConstant:
            t[0] = data.texts[operand]
            t += 1
        case .prefix: t[-1] = t[-1].prefix(operand)
        case .isMissingText: Self.measure(&n, &t) { Self.truth($0.isMissing) }
        case .length: Self.measure(&n, &t) { $0.isMissing ? .nan : Double($0.characters) }
        case .toNumber: Self.measure(&n, &t) { $0.isMissing ? .nan : $0.number }
        case .textEqual: Self.compare(&n, &t) { $0.isEqual(to: $1) }
        case .textUnequal: Self.compare(&n, &t) { !$0.isEqual(to: $1) }
        case .inTexts: Self.test(&n, &t) { data.textLists[operand].contains($0) }
        case .begins: Self.test(&n, &t) { data.textLists[operand].containsBeginning(of: $0) }
        case .contains: Self.test(&n, &t) { data.wordLists[operand].isFound(in: $0, whole: false) }
        case .containsWhole: Self.test(&n, &t) { data.wordLists[operand].isFound(in: $0, whole: true) }
        case .table: Self.measure(&n, &t) { $0.isMissing ? .nan : data.tables[operand].value(of: $0) }
        case .similarity:
            t -= 2
            n[0] = scratch.similarity(t[0], t[1])
            n += 1
        case .nearest: Self.measure(&n, &t) { scratch.nearest($0, among: data.trigrams[operand]) }
        case .attributeNumber: Self.measure(&n, &t) { scratch.match(data.attributes[operand], in: $0).number }
        case .attributeText: t[-1] = scratch.match(data.attributes[operand], in: t[-1]).text
        case .history:
            n[0] = past(operand)
            n += 1
        default: break
        }
    }

    @inline(__always)
    private static func measure(
        _ n: inout UnsafeMutablePointer<Double>, _ t: inout UnsafeMutablePointer<TextSpan>,
        _ value: (TextSpan) -> Double
    ) {
        t -= 1
        n[0] = value(t[0])
        n += 1
    }

    @inline(__always)
    private static func test(
        _ n: inout UnsafeMutablePointer<Double>, _ t: inout UnsafeMutablePointer<TextSpan>, _ holds: (TextSpan) -> Bool
    ) {
        measure(&n, &t) { $0.isMissing ? .nan : truth(holds($0)) }
    }

    @inline(__always)
    private static func compare(
        _ n: inout UnsafeMutablePointer<Double>, _ t: inout UnsafeMutablePointer<TextSpan>,
        _ holds: (TextSpan, TextSpan) -> Bool
    ) {
        t -= 2
        n[0] = t[0].isMissing || t[1].isMissing ? .nan : truth(holds(t[0], t[1]))
        n += 1
    }

    private func past(_ need: Int) -> Double {
        guard let day else { return .nan }
        let profile = data.profiles[data.needs[need]]
        let measured = profile.measure < 0 ? Double.nan : frame.numbers[profile.measure]
        let hashes = UnsafeBufferPointer(start: UnsafePointer(frame.keys) + profile.firstKey, count: profile.keyCount)
        let answer = history.value(of: need, measured: measured, keys: hashes, day: day)
        return answer.isFinite ? answer : .nan
    }
}

extension TextSpan {
    /// Of a text that is nothing but digits with at most one point or comma; missing otherwise.
    var number: Double {
        var value = Double.nan
        AttributeToken.cut(self) { token in
            if token.count == count { value = token.number }
            return false
        }
        return value.isFinite ? value : .nan
    }

    var characters: Int { bytes.count { $0 & 0xc0 != 0x80 } }
}

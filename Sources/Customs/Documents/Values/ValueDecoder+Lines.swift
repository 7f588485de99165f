extension ValueDecoder {
    /// The values of a kind in a line of words, from left to right, none overlapping another.
    func find(_ kind: DocumentKind, in line: [Int], of sheet: Sheet, limit: Int = 8) -> [Decoded] {
        var found: [Decoded] = []
        var start = 0
        while start < line.count, found.count < limit {
            if let value = longest(kind, line, start, sheet) {
                found.append(value)
                start += value.words.count
            } else {
                start += 1
            }
        }
        return found
    }

    private func longest(_ kind: DocumentKind, _ line: [Int], _ start: Int, _ sheet: Sheet) -> Decoded? {
        let most = min(mostWords(kind), line.count - start)
        var best: Decoded?
        for count in stride(from: most, through: 1, by: -1) {
            let words = Array(line[start..<(start + count)])
            if kind.isNumber, !joinsAsNumber(words, sheet) { continue }
            guard var value = decode(kind, words.map { sheet.words[$0].text }.joined(separator: " ")) else { continue }
            value.words = words
            if value.repairs == 0 { return value }
            if best.map({ value.fitness > $0.fitness }) ?? true { best = value }
        }
        return best
    }

    /// Whether words are the groups of one number: three digits each after the first, close together.
    func joinsAsNumber(_ words: [Int], _ sheet: Sheet) -> Bool {
        guard words.count > 1 else { return true }
        var isTight = true
        for (a, b) in zip(words, words.dropFirst()) {
            let (left, right) = (sheet.words[a].zone, sheet.words[b].zone)
            let gap = right.left - left.right
            let size = max(sheet.unit, max(left.height, right.height))
            guard gap < 0.95 * size else { return false }
            if gap > 0.6 * size { isTight = false }
            let text = sheet.words[b].text
            let head = text.prefix { $0 != "," && $0 != "." }
            guard head.count == 3 || (head.count == 6 && isRecognised) else { return false }
        }
        let first = sheet.words[words[0]].text
        let tail = first.split { $0 == "." || $0 == "," }.last ?? ""
        // Recognition joins groups that are set close: `48150 007`.
        return tail.count <= 3 || (isRecognised && isTight && 4...6 ~= tail.count && first.allSatisfy(\.isNumber))
    }
}

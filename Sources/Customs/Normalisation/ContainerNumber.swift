/// Container numbers of ISO 6346: four letters, six digits and one that checks them.
public enum ContainerNumber {
    /// Whether `text` is such a number whose check digit is right.
    public static func isValid(_ text: Span<UInt8>) -> Bool {
        guard text.count == 11, text[3] == 0x55 || text[3] == 0x4a || text[3] == 0x5a else { return false }
        var (sum, weight) = (0, 1)
        for k in 0..<10 {
            let value: Int
            if k < 4 {
                guard 0x41...0x5a ~= text[k] else { return false }
                let letter = Int(text[k]) - 0x41 + 10
                // The letters' values leave out the multiples of 11.
                value = letter + (letter > 10 ? 1 : 0) + (letter > 20 ? 1 : 0) + (letter > 30 ? 1 : 0)
            } else {
                guard 0x30...0x39 ~= text[k] else { return false }
                value = Int(text[k] & 0x0f)
            }
            sum += value * weight
            weight *= 2
        }
        return 0x30...0x39 ~= text[10] && sum % 11 % 10 == Int(text[10] & 0x0f)
    }
}

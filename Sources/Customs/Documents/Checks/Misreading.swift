/// What recognition may have made of what is printed.
enum Misreading {
    static func isSame(_ a: String, _ b: String) -> Bool {
        a == b || (Double(a).flatMap { x in Double(b).map { abs(x - $0) < 1e-6 } } ?? false)
    }

    /// Whether recognition may have made the first of the second: a wrong digit, or groups of digits lost or won.
    static func mayBe(_ read: String, _ meant: String) -> Bool {
        let (a, b) = (read.filter { $0 != "." }, meant.filter { $0 != "." })
        if a == b { return true }
        if Confusion.mayBe(a, b) { return true }
        guard a.count >= 2, b.count >= 2 else { return false }
        return b.hasSuffix(a) || b.hasPrefix(a) || (a.hasSuffix(b) && b.count >= 3) || (a.hasPrefix(b) && b.count >= 3)
    }
}

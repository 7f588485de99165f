/// A number as people and spreadsheets write it: `1 234,50`, `1.234.567`, `12,5 %`, `14 001 642 FCFA`.
enum NumberText: Equatable {
    /// What reading it proved about the file's marks.
    struct Proof: Equatable {
        /// `,` or `.`; zero when it proved nothing.
        var decimal: UInt8 = 0
        var thousands = ThousandsMark.none
    }
    case empty
    case malformed
    /// One mark followed by exactly three digits: decimals or thousands, nobody can tell from it alone.
    case ambiguous(mark: UInt8)
    case value(Double, Proof)

    /// What may stand after a number of this kind.
    enum Suffix { case none, percent, kilograms, money }

    /// Reads `text`. `decimal` is what is known of the file; `isWeight` says that three digits after a mark are
    /// decimals when nothing else tells, since weights are written to the gram.
    static func read(
        _ text: Span<UInt8>, decimal: UInt8? = nil, isWeight: Bool = false, suffix: Suffix = .none
    ) -> NumberText {
        var scan = NumberScan(text)
        guard !scan.isEmpty else { return .empty }
        guard scan.run(text, suffix) else { return .malformed }
        return scan.resolve(decimal: decimal, isWeight: isWeight)
    }
}

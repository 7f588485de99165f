/// What the compiled formulas of a plan share: code, constants, lists. It never changes once it is made.
final class FormulaData: @unchecked Sendable {  // immutable after init; the memory is its own
    /// The same, as the machine sees it.
    struct Addresses: BitwiseCopyable {
        let constants: UnsafeBufferPointer<Double>
        let texts: UnsafeBufferPointer<TextSpan>
        let numberLists: UnsafeBufferPointer<UnsafeBufferPointer<Double>>
        let textLists: UnsafeBufferPointer<TextList>
        let wordLists: UnsafeBufferPointer<WordList>
        let tables: UnsafeBufferPointer<TextTable>
        let trigrams: UnsafeBufferPointer<TrigramList>
        let attributes: UnsafeBufferPointer<AttributeMatcher>
        let steps: UnsafeBufferPointer<Step>
        let levels: UnsafeBufferPointer<KeyLevel>
        let parts: UnsafeBufferPointer<KeyPart>
        let profiles: UnsafeBufferPointer<ProfilePlace>
        /// The profile of each need.
        let needs: UnsafeBufferPointer<Int>
    }

    /// Computes one slot, or the hashes of one chain of keys.
    struct Step: BitwiseCopyable {
        enum Kind: UInt8 { case number, text, keys }
        let kind: Kind
        /// The slot; for keys, the first hash.
        let target: Int
        let code: UnsafeBufferPointer<FormulaInstruction>
        /// For keys: the levels to hash.
        var firstLevel = 0
        var levelCount = 0
    }

    /// A level of a chain: from this seed, these parts.
    struct KeyLevel: BitwiseCopyable {
        let seed: UInt64
        let firstPart: Int
        let partCount: Int
    }

    struct KeyPart: BitwiseCopyable {
        let isText: Bool
        let slot: Int
        /// How many of its first characters count; 0: all.
        let digits: Int
    }

    /// Where a profile finds its measure (-1: none) and its hashes.
    struct ProfilePlace: BitwiseCopyable {
        let measure: Int
        let firstKey: Int
        let keyCount: Int
    }

    let addresses: Addresses
    private let memory: FormulaMemory

    init(_ addresses: Addresses, in memory: FormulaMemory) { (self.addresses, self.memory) = (addresses, memory) }
}

/// The slots of one unit, and the stacks that its formulas work on.
struct FormulaFrame: BitwiseCopyable {
    struct Size: Sendable {
        var numbers: Int
        var texts: Int
        var keys: Int
        var numberDepth: Int
        var textDepth: Int
    }

    let numbers: UnsafeMutablePointer<Double>
    let texts: UnsafeMutablePointer<TextSpan>
    let keys: UnsafeMutablePointer<UInt64>
    let numberStack: UnsafeMutablePointer<Double>
    let textStack: UnsafeMutablePointer<TextSpan>

    /// With nothing known.
    init(_ size: Size, in memory: FormulaMemory) {
        numbers = Self.room(size.numbers, .nan, memory)
        texts = Self.room(size.texts, .missing, memory)
        keys = Self.room(size.keys, 0, memory)
        numberStack = Self.room(size.numberDepth, .nan, memory)
        textStack = Self.room(size.textDepth, .missing, memory)
    }

    private static func room<Value: BitwiseCopyable>(
        _ count: Int, _ value: Value, _ memory: FormulaMemory
    ) -> UnsafeMutablePointer<Value> {
        // Never empty, so that an address is always there.
        let room = memory.take(max(1, count) * MemoryLayout<Value>.stride)
            .bindMemory(to: Value.self, capacity: max(1, count))
        room.initialize(repeating: value, count: max(1, count))
        return room
    }
}

/// What evaluating writes on, kept from one declaration to the next: one for each thread.
public final class FormulaWorkspace {
    let memory = FormulaMemory()
    let scratch = FormulaScratch()

    public init() {}

    /// What was evaluated before is void.
    func reset() {
        memory.reset()
        scratch.forget()
    }
}

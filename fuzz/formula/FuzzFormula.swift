import Customs

private let schema = FactSchema([
    ("x", .nombre), ("y", .nombre), ("oui", .booleen), ("jour", .date), ("pays", .texte), ("code_sh", .texte),
    ("description", .texte),
])

private let library = {
    var library = FormulaLibrary()
    library.lists = ["pays": .texts(["FR", "CI"]), "taux": .numbers([0, 5])]
    library.tables = ["niveau": ["FR": 5]]
    library.constants = ["seuil": 5]
    library.backOff = ["code_sh": .digits([10, 8, 6, 4, 2]), "pays": .all]
    return library
}()

/// Facts made of what follows the formula, and facts of which nothing is known.
private func facts(_ bytes: ArraySlice<UInt8>) -> [Facts] {
    var known = Facts(for: schema)
    for slot in known.numbers.indices {
        let chunk = bytes.dropFirst(slot * 8).prefix(8)
        known.numbers[slot] = Double(bitPattern: chunk.reduce(0) { $0 << 8 | UInt64($1) })
    }
    for slot in known.texts.indices { known.texts[slot] = String(decoding: bytes.dropFirst(slot * 3), as: UTF8.self) }
    return [known, Facts(for: schema)]
}

/// A formula that is accepted prints as itself, means the same once printed, and gives a finite value or none on any
/// facts; one that is refused says where.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFormula(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let end = bytes.firstIndex(of: 0) ?? bytes.count
    let text = String(decoding: bytes[..<end], as: UTF8.self)
    let formula: Formula
    do throws(FormulaError) {
        formula = try Formula.compile(text, schema: schema, library: library)
    } catch {
        precondition(error.column >= 1 && error.column <= text.unicodeScalars.count + 1, "column")
        precondition(!error.message.isEmpty, "message")
        return 0
    }
    var limits = FormulaLimits()
    (limits.length, limits.depth) = (1 << 20, 100)
    guard let again = try? Formula.compile(formula.canonical, schema: schema, library: library, limits: limits) else {
        preconditionFailure("what is printed is refused")
    }
    precondition(again.canonical == formula.canonical && again.kind == formula.kind, "round trip")
    let workspace = FormulaWorkspace()
    for facts in facts(bytes[end...]) {
        let value = formula.number(of: facts, in: workspace, on: 20000)
        precondition(value.isNaN || value.isFinite, "finite")
        let other = again.number(of: facts, in: workspace, on: 20000)
        precondition(value.bitPattern == other.bitPattern || value.isNaN && other.isNaN, "same value")
        precondition(formula.text(of: facts, in: workspace) == again.text(of: facts, in: workspace), "same text")
        let truth = formula.holds(for: facts, in: workspace)
        precondition(formula.kind != .booleen || truth != nil || value.isNaN, "three values")
    }
    return 0
}

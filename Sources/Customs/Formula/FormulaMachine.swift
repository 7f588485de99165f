import Glibc
import Platform

/// Runs compiled formulas over the slots of one unit. It holds only addresses, which `FormulaWorkspace` and `FormulaData`
/// keep alive and which the compiler has checked: every operand is a valid place, every jump goes forward.
struct FormulaMachine {
    let data: FormulaData.Addresses
    let frame: FormulaFrame
    let scratch: FormulaScratch
    let history: any HistoryReader
    /// Days since 1970-01-01; nil: the past cannot be asked.
    let day: Int32?

    /// Leaves the result at the bottom of its stack.
    @inline(never)
    func run(_ code: UnsafeBufferPointer<FormulaInstruction>) {
        // Both point one past the top.
        var n = frame.numberStack
        var t = frame.textStack
        var at = 0
        while at < code.count {
            let instruction = code[at]
            at &+= 1
            let operand = Int(instruction.operand)
            switch instruction.operation {
            case .constant:
                n[0] = data.constants[operand]
                n += 1
            case .number:
                n[0] = frame.numbers[operand]
                n += 1
            case .add: Self.binary(&n) { $0 + $1 }
            case .subtract: Self.binary(&n) { $0 - $1 }
            case .multiply: Self.binary(&n) { $0 * $1 }
            case .divide: Self.binary(&n) { $0 / $1 }
            case .power: Self.binary(&n) { pow($0, $1) }
            case .remainder: Self.binary(&n) { fmod($0, $1) }
            case .minimum: Self.binary(&n) { $0 < $1 ? $0 : $1.isNaN || $0.isNaN ? .nan : $1 }
            case .maximum: Self.binary(&n) { $0 > $1 ? $0 : $1.isNaN || $0.isNaN ? .nan : $1 }
            case .negate: n[-1] = -n[-1]
            case .absolute: n[-1] = n[-1].magnitude
            case .logarithm: n[-1] = Self.finite(Glibc.log(n[-1]))
            case .logarithm1p: n[-1] = Self.finite(Glibc.log1p(n[-1]))
            case .squareRoot: n[-1] = n[-1].squareRoot()
            case .floor: n[-1] = n[-1].rounded(.down)
            case .ceiling: n[-1] = n[-1].rounded(.up)
            case .round: n[-1] = Self.rounded(n[-1], to: operand)
            case .equal: Self.comparison(&n, ==)
            case .unequal: Self.comparison(&n, !=)
            case .less: Self.comparison(&n, <)
            case .lessOrEqual: Self.comparison(&n, <=)
            case .greater: Self.comparison(&n, >)
            case .greaterOrEqual: Self.comparison(&n, >=)
            case .not: n[-1] = 1 - n[-1]
            case .and:
                n -= 1
                n[-1] = n[-1] == 0 || n[0] == 0 ? 0 : n[-1] + n[0] == 2 ? 1 : .nan
            case .or:
                n -= 1
                n[-1] = n[-1] == 1 || n[0] == 1 ? 1 : n[-1] + n[0] == 0 ? 0 : .nan
            case .isMissing: n[-1] = n[-1].isNaN ? 1 : 0
            case .year, .month, .day, .weekday: n[-1] = Self.part(instruction.operation, of: n[-1])
            case .jumpIfFalse: if n[-1] == 0 { at &+= operand }
            case .jumpIfTrue: if n[-1] == 1 { at &+= operand }
            case .jumpIfKnown: if n[-1].isNaN { n -= 1 } else { at &+= operand }
            case .jumpIfKnownText: if t[-1].isMissing { t -= 1 } else { at &+= operand }
            case .jump: at &+= operand
            case .branchNumber:
                n -= 1
                if n[0].isNaN {
                    n += 1
                    at &+= operand &+ Int(instruction.extra)
                } else if n[0] == 0 {
                    at &+= operand
                }
            case .branchText:
                n -= 1
                if n[0].isNaN {
                    t[0] = .missing
                    t += 1
                    at &+= operand &+ Int(instruction.extra)
                } else if n[0] == 0 {
                    at &+= operand
                }
            case .inNumbers: n[-1] = n[-1].isNaN ? .nan : Self.truth(data.numberLists[operand].contains(n[-1]))
            default: runText(instruction, &n, &t)
            }
        }
    }

    @inline(__always)
    private static func binary(_ n: inout UnsafeMutablePointer<Double>, _ combine: (Double, Double) -> Double) {
        n -= 1
        n[-1] = finite(combine(n[-1], n[0]))
    }

    @inline(__always)
    private static func comparison(_ n: inout UnsafeMutablePointer<Double>, _ holds: (Double, Double) -> Bool) {
        n -= 1
        n[-1] = n[-1].isNaN || n[0].isNaN ? .nan : truth(holds(n[-1], n[0]))
    }

    @inline(__always)
    static func truth(_ value: Bool) -> Double { value ? 1 : 0 }

    /// What has no finite value is missing.
    @inline(__always)
    private static func finite(_ value: Double) -> Double { value.isFinite ? value : .nan }

    /// Half away from zero. What has no such decimals stays as it is.
    private static func rounded(_ value: Double, to decimals: Int) -> Double {
        let scale = pow(10, Double(decimals))
        let scaled = (value * scale).rounded(.toNearestOrAwayFromZero) / scale
        return scaled.isFinite ? scaled : value
    }

    private static func part(_ part: FormulaInstruction.Operation, of days: Double) -> Double {
        // The calendar ends there.
        guard days.magnitude < 4_000_000 else { return .nan }
        let date = CivilDate(daysSinceEpoch: Int(days.rounded(.down)))
        switch part {
        case .year: return Double(date.year)
        case .month: return Double(date.month)
        case .day: return Double(date.day)
        default: return Double((date.weekday + 6) % 7 + 1)
        }
    }
}

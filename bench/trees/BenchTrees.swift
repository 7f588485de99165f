import Glibc
import JSON
import Platform
import Trees

/// `bench-trees MODEL ROWS COLUMNS MEASURE COUNT`: one measure of a model file, printed as a line of JSON.
///
/// ROWS is a file of little-endian floats, NaN where missing. MEASURE is `load`, `row` (COUNT rows one by one) or
/// `batch` (COUNT rows at once).
@main
enum BenchTrees {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 6, let columns = Int(arguments[3]), columns > 0, let count = Int(arguments[5]),
            count > 0
        else {
            print("usage: bench-trees MODEL ROWS COLUMNS load|row|batch COUNT")
            exit(2)
        }
        let rows = try Rows(path: arguments[2], columns: columns)
        switch arguments[4] {
        case "load": try load(arguments[1], count)
        case "row": try one(arguments[1], rows, count)
        case "batch": try batch(arguments[1], rows, count)
        default: exit(2)
        }
    }

    /// From the file to a forest that answers.
    private static func load(_ path: String, _ count: Int) throws {
        var times: [Double] = []
        for _ in 0..<count {
            let start = Clock.now()
            let forest = try OrdinaryForest(ModelFile.read(path: path).ensemble)
            times.append(Clock.now() - start)
            precondition(forest.treeCount > 0)
        }
        report("ms", times.map { $0 * 1e3 }, [])
    }

    /// Every call sees another row, as a service does.
    private static func one(_ path: String, _ rows: Rows, _ count: Int) throws {
        let forest = try OrdinaryForest(ModelFile.read(path: path).ensemble)
        var margins = [Double](repeating: 0, count: forest.outputCount)
        var times: [Double] = []
        times.reserveCapacity(count)
        for index in 0..<count + count / 4 {
            let row = rows.row(index &* 7919)
            let start = Clock.now()
            forest.margins(of: row, into: &margins)
            let end = Clock.now()
            if index >= count / 4 { times.append(end - start) }
        }
        report("us", times.map { $0 * 1e6 }, check(forest, rows))
    }

    private static func batch(_ path: String, _ rows: Rows, _ count: Int) throws {
        let forest = try OrdinaryForest(ModelFile.read(path: path).ensemble)
        let cells = rows.repeated(count)
        var margins = [Double](repeating: 0, count: count * forest.outputCount)
        var times: [Double] = []
        for _ in 0..<3 {
            let start = Clock.now()
            forest.margins(rows: cells, count: count, into: &margins)
            times.append(Clock.now() - start)
        }
        report("rows_s", times.map { Double(count) / $0 }, Array(margins.prefix(8)))
    }

    private static func check(_ forest: OrdinaryForest, _ rows: Rows) -> [Double] {
        (0..<8).map { forest.margins(of: Array(UnsafeBufferPointer(start: rows.row($0), count: rows.columns)))[0] }
    }

    /// The middle of the times and what nearly all stay below; the first margins, so that nobody is fast and wrong.
    private static func report(_ unit: StaticString, _ times: [Double], _ margins: [Double]) {
        let sorted = times.sorted()
        var json = JSONWriter()
        json.object { json in
            json.member("unit", unit.description)
            json.member("median", sorted[sorted.count / 2])
            json.member("p99", sorted[sorted.count * 99 / 100])
            json.member("margins", margins)
        }
        print(String(decoding: json.finish(), as: UTF8.self))
    }
}

enum Clock {
    /// Seconds.
    @inline(__always)
    static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// Rows of cells in memory.
struct Rows {
    private let cells: UnsafePointer<Float>
    let columns: Int
    let count: Int

    init(path: String, columns: Int) throws {
        let bytes = try File.read(path, limit: 1 << 30)
        let memory = UnsafeMutablePointer<Float>.allocate(capacity: max(bytes.count / 4, 1))
        bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(start: memory, count: bytes.count).copyMemory(from: $0) }
        (cells, self.columns, count) = (UnsafePointer(memory), columns, bytes.count / 4 / columns)
    }

    func row(_ index: Int) -> UnsafePointer<Float> { cells + index % count * columns }

    func repeated(_ wanted: Int) -> UnsafePointer<Float> {
        let memory = UnsafeMutablePointer<Float>.allocate(capacity: wanted * columns)
        for index in 0..<wanted { (memory + index * columns).update(from: row(index), count: columns) }
        return UnsafePointer(memory)
    }
}

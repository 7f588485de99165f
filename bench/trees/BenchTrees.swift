import Glibc
import JSON
import Platform
import Trees

/// `bench-trees MODEL ROWS COLUMNS MEASURE COUNT`: one measure of a model file, printed as a line of JSON.
///
/// ROWS is a file of little-endian floats, NaN where missing. MEASURE is `load`, `row` (COUNT rows one by one), `batch`
/// (COUNT rows at once), the same as `explain-row` and `explain-batch`, `train` or `grow` (COUNT trees by
/// libxgboost, or oblivious ones; MODEL is a file of labels then), `served` (COUNT rows one by one; MODEL is a package
/// and ROWS a CSV file), or `package`, which makes that package of COUNT oblivious trees from the rows of that file.
@main
enum BenchTrees {
    static func main() throws {
        let arguments = CommandLine.arguments
        // A training is a process of its own, which its parent starts with these words.
        if arguments.count == 4, arguments[1...2] == ["worker", "train"] {
            exit(TrainingWorker.run(arguments[3]).rawValue)
        }
        guard arguments.count == 6, let columns = Int(arguments[3]), columns > 0, let count = Int(arguments[5]),
            count > 0
        else {
            print(
                "usage: bench-trees MODEL ROWS COLUMNS load|row|batch|explain-row|explain-batch|train|grow|served|package COUNT"
            )
            exit(2)
        }
        let (model, path) = (arguments[1], arguments[2])
        switch arguments[4] {
        case "load": try load(model, count)
        case "row": one(try Candidates.forest(model), try Rows(path: path, columns: columns), count)
        case "batch": many(try Candidates.forest(model), try Rows(path: path, columns: columns), count)
        case "explain-row": one(try Candidates.explainer(model), try Rows(path: path, columns: columns), count)
        case "explain-batch": many(try Candidates.explainer(model), try Rows(path: path, columns: columns), count)
        case "train", "grow":
            try TrainingMeasure.run(
                labels: model, cells: path, columns: columns, trees: count,
                method: arguments[4] == "train" ? .xgboost : .oblivious)
        case "served": try ServedRows.measure(package: model, rows: path, count)
        case "package": try ServedRows.makePackage(model, rows: path, trees: count)
        default: exit(2)
        }
    }

    /// From the file to a forest that answers.
    private static func load(_ path: String, _ count: Int) throws {
        var times: [Double] = []
        for _ in 0..<count {
            let start = Clock.now()
            let forest = try Candidates.forest(path)
            times.append(Clock.now() - start)
            precondition(forest.answerCount > 0)
        }
        report("ms", times.map { $0 * 1e3 }, [])
    }

    /// Every call sees another row, as a service does.
    private static func one(_ candidate: some Candidate, _ rows: Rows, _ count: Int) {
        var answers = [Double](repeating: 0, count: candidate.answerCount)
        var times: [Double] = []
        times.reserveCapacity(count)
        for index in 0..<count + count / 4 {
            let row = rows.row(index &* 7919)
            let start = Clock.now()
            candidate.answer(row, into: &answers)
            let end = Clock.now()
            if index >= count / 4 { times.append(end - start) }
        }
        var first: [Double] = []
        for row in 0..<8 {
            candidate.answer(rows.row(row), into: &answers)
            first += answers
        }
        report("us", times.map { $0 * 1e6 }, Array(first.prefix(8)))
    }

    private static func many(_ candidate: some Candidate, _ rows: Rows, _ count: Int) {
        let cells = rows.repeated(count)
        var answers = [Double](repeating: 0, count: count * candidate.answerCount)
        var times: [Double] = []
        for _ in 0..<3 {
            let start = Clock.now()
            candidate.answer(rows: cells, count: count, into: &answers)
            times.append(Clock.now() - start)
        }
        report("rows_s", times.map { Double(count) / $0 }, Array(answers.prefix(8)))
    }

    /// The middle of the times and what nearly all stay below; the first answers, so that nobody is fast and wrong.
    static func report(_ unit: StaticString, _ times: [Double], _ answers: [Double], usage: rusage? = nil) {
        let sorted = times.sorted()
        var json = JSONWriter()
        json.object { json in
            json.member("unit", unit.description)
            json.member("median", sorted[sorted.count / 2])
            json.member("p99", sorted[sorted.count * 99 / 100])
            json.member("answers", answers)
            if let usage {
                json.member("peak_kib", usage.ru_maxrss)
                json.member("cpu_s", seconds(usage.ru_utime) + seconds(usage.ru_stime))
            }
        }
        print(String(decoding: json.finish(), as: UTF8.self))
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
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

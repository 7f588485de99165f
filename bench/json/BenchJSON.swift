import Foundation
import JSON

/// Median thread-CPU times of this codec and of Foundation's on one batch, a JSON line each.
///
///     swift run -c release bench-json [FILE]
///
/// With FILE, the batch is also written there for peers in other languages.
@main
enum BenchJSON {
    static func main() throws {
        var batch = Batch()
        let declarations = batch.declarations(113)
        let bytes = declarations.jsonBytes()
        let data = Data(bytes)
        if CommandLine.arguments.count > 1 { try data.write(to: URL(fileURLWithPath: CommandLine.arguments[1])) }

        let decoder = JSONDecoder()
        let encoder = JSONEncoder()
        let tree = try JSONValue(parsing: bytes)
        let ours = try [Declaration](parsing: bytes)
        let theirs = try decoder.decode([Declaration].self, from: data)
        precondition(ours == declarations && theirs == declarations)

        try measure("parse-typed", bytes.count) { try [Declaration](parsing: bytes).count }
        try measure("parse-tree", bytes.count) { try JSONValue(parsing: bytes).array?.count ?? 0 }
        try measure("skip", bytes.count) {
            var reader = JSONReader(bytes.span.bytes)
            try reader.skip()
            try reader.finish()
            return 1
        }
        measure("write-typed", bytes.count) { declarations.jsonBytes().count }
        measure("write-tree", bytes.count) { tree.jsonBytes().count }
        try measure("foundation-decode", bytes.count) {
            try decoder.decode([Declaration].self, from: data).count
        }
        try measure("foundation-encode", bytes.count) { try encoder.encode(declarations).count }
    }

    private static func measure(_ name: String, _ size: Int, _ body: () throws -> Int) rethrows {
        var sink = 0
        var repetitions = 1
        while try time({ for _ in 0..<repetitions { sink &+= try body() } }) < 0.05 { repetitions *= 2 }
        var rounds: [Double] = []
        for _ in 0..<9 {
            rounds.append(try time { for _ in 0..<repetitions { sink &+= try body() } } / Double(repetitions) * 1e6)
        }
        let median = rounds.sorted()[4]
        precondition(sink != 0)
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("measure", name)
            writer.member("bytes", size)
            writer.member("cpu_us", (median * 10).rounded() / 10)
            writer.member("mb_per_s", (Double(size) / median).rounded())
        }
        print(String(decoding: writer.finish(), as: UTF8.self))
    }

    /// Seconds of this thread's CPU.
    private static func time(_ body: () throws -> Void) rethrows -> Double {
        func now() -> Double {
            var clock = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &clock)
            return Double(clock.tv_sec) + Double(clock.tv_nsec) / 1e9
        }
        let start = now()
        try body()
        return now() - start
    }
}

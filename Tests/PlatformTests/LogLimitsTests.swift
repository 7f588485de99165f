import Glibc
import Platform
import Testing

@Suite struct LogLimitsTests {
    @Test func aValueIsCutPastItsLimit() throws {
        let output = try LogOutput(limits: LogLimits(value: 100))
        for count in [100, 101] {
            output.log.info("test", "m") { $0.add("v", String(repeating: "x", count: count)) }
        }
        let lines = output.finish()
        let kept = String(repeating: "x", count: 100)
        #expect(lines.first?.hasSuffix("\"v\":\"\(kept)\"}") == true)
        #expect(lines.last?.hasSuffix("\"v\":\"\(kept)…\"}") == true)
    }

    @Test func aLineLeavesOutWhatDoesNotFit() throws {
        let output = try LogOutput(limits: LogLimits(value: 4096, line: 4096))
        for size in [1000, 3900, 4096] {
            output.log.info("test", String(repeating: "\u{1}", count: 100)) { line in
                line.add("v", String(repeating: "x", count: size))
                line.add("last", 1)
            }
        }
        let lines = output.finish()
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0.utf8.count < 4096 })
        #expect(lines.first?.hasSuffix("x\",\"last\":1}") == true)
        #expect(lines.dropFirst().allSatisfy { $0.hasSuffix("\"event\":\"test\",\"last\":1,\"truncated\":true}") })
    }

    @Test func aMessageOfControlsStaysWithinTheLine() throws {
        let output = try LogOutput()
        output.log.info("test", String(repeating: "\u{1}", count: 10_000)) { $0.add("n", 1) }
        let lines = output.finish()
        #expect(lines.count == 1)
        #expect(lines.allSatisfy { $0.utf8.count < 4096 && $0.hasSuffix("}") })
    }

    /// A log that writes to a pipe nobody reads yet.
    private struct Stalled {
        let log: Log
        let reading: Int32
        let writing: Int32

        init(limits: LogLimits) throws {
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            (reading, writing) = (ends[0], ends[1])
            log = Log(limits: limits)
            // Full but for less than a piece, so that nothing more goes in.
            _ = fcntl(writing, F_SETFL, O_NONBLOCK)
            let piece = [UInt8](repeating: UInt8(ascii: "\n"), count: 4096)
            while write(writing, piece, piece.count) > 0 {}
            _ = fcntl(writing, F_SETFL, 0)
            try log.configure(.init(level: .debug, format: .json, destination: .descriptor(writing)))
        }

        func readAll() -> [String] {
            close(writing)
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65536)
            while case let count = read(reading, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
            close(reading)
            return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    @Test func aStalledReaderCostsLinesNotTime() throws {
        let stalled = try Stalled(limits: LogLimits(buffer: 2000))
        let start = Instant.now()
        for n in 0..<10_000 { stalled.log.info("test", "ligne") { $0.add("n", n) } }
        #expect(Instant.now() - start < .seconds(5))
        let errors = Instant.now()
        stalled.log.error("test", "erreur")
        #expect(Instant.now() - errors < .seconds(2))
        #expect(stalled.log.droppedLines > 9_900)

        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        #expect(read(stalled.reading, &buffer, buffer.count) > 0)
        stalled.log.error("after", "le lecteur est revenu")
        stalled.log.close()
        #expect(stalled.log.droppedLines == 0)
        let lines = stalled.readAll()
        #expect(lines.contains { $0.contains("\"event\":\"after\"") })
        let reported = lines.filter { $0.contains("\"event\":\"log.dropped\"") }
        let dropped = reported.compactMap { Int($0.split(separator: ":").last?.dropLast() ?? "") }.reduce(0, +)
        let written = lines.count { $0.contains("\"event\":\"test\"") }
        #expect(dropped + written == 10_001)
    }

    @Test func anErrorPastAFullBufferIsWrittenByItsCaller() throws {
        let output = try LogOutput(limits: LogLimits(buffer: 0))
        output.log.info("info", "perdue")
        output.log.error("error", "écrite")
        let lines = output.finish()
        #expect(lines.contains { $0.contains("\"event\":\"error\"") })
        #expect(!lines.contains { $0.contains("\"event\":\"info\"") })
        #expect(lines.contains { $0.contains("\"event\":\"log.dropped\"") && $0.hasSuffix("\"dropped\":1}") })
    }

    @Test func aBufferTakesLinesUpToItsLimitAndNotOneMore() throws {
        let probe = try LogOutput()
        probe.log.info("test", "ligne")
        let length = try #require(probe.finish().first).utf8.count + 1
        let stalled = try Stalled(limits: LogLimits(buffer: 10 * length))
        // The writer may take one buffer away, full or not, before it finds that nobody reads.
        for _ in 0..<100 { stalled.log.info("test", "ligne") }
        let kept = 100 - stalled.log.droppedLines
        #expect(10...20 ~= kept)
        stalled.log.close()
        _ = stalled.readAll()
    }
}

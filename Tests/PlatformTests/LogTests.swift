import Glibc
import Platform
import Synchronization
import Testing

@Suite struct LogTests {
    @Test func aLineHasItsFieldsInOrder() throws {
        let output = try LogOutput()
        let trace = try #require(
            TraceContext(traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
        let id = UUIDv7.make()
        output.log.info("http.request", "Requête servie") { line in
            line.add(trace)
            line.add("request_id", id)
            line.add("route", "/api/v2/declarations/{id}")
            line.add("status", 201)
            line.add("duration_ms", .microseconds(1250))
            line.add("ratio", 0.5)
            line.add("undefined", Double.nan)
            line.add("cached", true)
            line.add("at", Timestamp(microseconds: 0))
        }
        let lines = output.finish()
        let line = try #require(lines.first)
        #expect(lines.count == 1)
        #expect(Timestamp(rfc3339: String(line.dropFirst(7).prefix(27))) != nil)
        #expect(
            line.dropFirst(7 + 27) == """
                ","level":"info","msg":"Requête servie","event":"http.request",\
                "trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331",\
                "request_id":"\(id)","route":"/api/v2/declarations/{id}","status":201,"duration_ms":1.25,\
                "ratio":0.5,"undefined":"nan","cached":true,"at":"1970-01-01T00:00:00.000000Z"}
                """)
    }

    @Test(arguments: Log.Level.allCases)
    func levelsBelowTheThresholdAreNotEvenComposed(_ threshold: Log.Level) throws {
        let output = try LogOutput(threshold)
        let composed = Mutex(0)
        func message() -> String {
            composed.withLock { $0 += 1 }
            return "m"
        }
        output.log.debug("d", message())
        output.log.info("i", message())
        output.log.warn("w", message())
        output.log.error("e", message())
        let expected = Log.Level.allCases.count { $0 >= threshold }
        #expect(output.finish().count == expected)
        #expect(composed.withLock { $0 } == expected)
    }

    @Test func aClosureMayLogItself() throws {
        let output = try LogOutput()
        output.log.info("outer", "dehors") { line in
            output.log.info("inner", "dedans") { $0.add("n", 1) }
            line.add("n", 2)
        }
        let lines = output.finish()
        #expect(lines.count == 2)
        #expect(lines.first?.hasSuffix(#""event":"inner","n":1}"#) == true)
        #expect(lines.last?.hasSuffix(#""event":"outer","n":2}"#) == true)
    }

    @Test func linesOfManyThreadsAllArriveWhole() throws {
        let output = try LogOutput()
        let threads = (0..<4).map { k in
            Thread.start("logger") {
                Thread.withOwnShard {
                    for n in 0..<500 {
                        output.log.info("test", "ligne") { line in
                            line.add("thread", k)
                            line.add("n", n)
                        }
                    }
                }
            }
        }
        for thread in threads { thread.join() }
        let lines = output.finish()
        #expect(lines.count == 2000)
        #expect(lines.allSatisfy { $0.hasPrefix("{\"ts\":\"") && $0.hasSuffix("}") })
        for k in 0..<4 {
            let own = lines.filter { $0.contains("\"thread\":\(k),") }
            #expect(own.count == 500)
            #expect(own.enumerated().allSatisfy { $1.hasSuffix("\"n\":\($0)}") })
        }
    }

    @Test func aWriterWritesWithoutBeingAsked() throws {
        let output = try LogOutput()
        for round in 1...3 {
            output.log.info("test", "ligne")
            let deadline = Instant.now() + .seconds(10)
            while LogOutput.lines(of: output.path).count < round, Instant.now() < deadline { usleep(1000) }
            #expect(LogOutput.lines(of: output.path).count == round)
            // Long enough for the writer to fall asleep in between.
            usleep(10_000)
        }
        _ = output.finish()
    }

    @Test func reopenFollowsARotation() throws {
        let output = try LogOutput()
        output.log.info("before", "avant")
        output.log.flush()
        rename(output.path, output.path + ".1")
        defer { unlink(output.path + ".1") }
        output.log.info("moved", "déplacé")
        try output.log.reopen()
        output.log.info("after", "après")
        #expect(LogOutput.lines(of: output.path + ".1").count == 2)
        let lines = output.finish()
        #expect(lines.count == 1)
        #expect(lines.first?.contains("après") == true)
    }

    @Test func aFileThatCannotBeOpenedLeavesTheLogAsItWas() throws {
        let output = try LogOutput()
        #expect(throws: FileError("open", "/nonexistent/log", errno: ENOENT)) {
            try output.log.configure(.init(destination: .file("/nonexistent/log")))
        }
        output.log.info("test", "toujours là")
        #expect(output.finish().count == 1)
    }

    @Test func theReadableFormHasNoColourOutsideATerminal() throws {
        let output = try LogOutput(format: .readable)
        output.log.warn("disk.low", "Disque presque plein") { line in
            line.add("free", "12 %\n\u{1b}[31m")
            line.add("password", "s3cret")
        }
        let lines = output.finish()
        #expect(lines.count == 1)
        #expect(
            lines.first?.dropFirst(12)
                == " [warn] Disque presque plein (disk.low) free=\"12 %\\n\\u001b[31m\" password=\"***\"")
    }
}

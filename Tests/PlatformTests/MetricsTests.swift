import Glibc
import Platform
import Testing

@Suite struct MetricsTests {
    private static let labels = [
        MetricLabel("route", ["/a", "/b/{id}", "*"]), MetricLabel("method", ["GET", "POST"]),
        MetricLabel("status_class", ["2xx", "4xx", "5xx"]),
    ]

    @Test func everyCombinationHasAPlaceOfItsOwn() throws {
        let metrics = Metrics()
        let counter = metrics.counter("inspectia_requests_total", "Requêtes.", labels: Self.labels)
        var indices = Set<Int>()
        for a in 0..<3 { for b in 0..<2 { for c in 0..<3 { indices.insert(counter.index(a, b, c)) } } }
        #expect(indices == Set(0..<18))
        for index in indices { counter.add(UInt64(index) + 1, at: index) }
        let read = try Exposition(metrics.exposition())
        #expect(read.samples.count == 18)
        for (a, route) in ["/a", "/b/{id}", "*"].enumerated() {
            for (b, method) in ["GET", "POST"].enumerated() {
                for (c, status) in ["2xx", "4xx", "5xx"].enumerated() {
                    let labels = ["route": route, "method": method, "status_class": status]
                    #expect(read["inspectia_requests_total", labels] == Double(counter.index(a, b, c) + 1))
                }
            }
        }
    }

    @Test func combinationsThatNeverOccurredAreNotWritten() throws {
        let metrics = Metrics()
        let counter = metrics.counter("inspectia_requests_total", "Requêtes.", labels: Self.labels)
        let plain = metrics.counter("inspectia_plain_total", "Sans étiquette.")
        _ = metrics.histogram("inspectia_size", "Tailles.", bounds: [1], labels: [MetricLabel("kind", ["x", "y"])])
        counter.add(at: counter.index(1, 1, 2))
        let read = try Exposition(metrics.exposition())
        #expect(read.samples.count == 2)
        #expect(
            read["inspectia_requests_total", ["route": "/b/{id}", "method": "POST", "status_class": "5xx"]] == 1)
        #expect(read["inspectia_plain_total"] == 0)
        #expect(read.types.count == 3)
        #expect(plain.value() == 0)
    }

    @Test func bucketsAreCumulativeAndBoundsInclusive() throws {
        let metrics = Metrics()
        let histogram = metrics.histogram("inspectia_duration_seconds", "Durées.", bounds: [0.1, 0.5, 1])
        for value in [0.1, 0.100001, 0.5, 0.9, 1, 7, -1] { histogram.observe(value) }
        histogram.observe(.milliseconds(250))
        histogram.observe(.nan)
        let read = try Exposition(metrics.exposition())
        #expect(read.types["inspectia_duration_seconds"] == "histogram")
        let buckets = ["0.1", "0.5", "1", "+Inf"].map { read["inspectia_duration_seconds_bucket", ["le": $0]] }
        #expect(buckets == [2, 5, 7, 8])
        #expect(read["inspectia_duration_seconds_count"] == 8)
        let sum = try #require(read["inspectia_duration_seconds_sum"])
        #expect(abs(sum - 8.850001) < 1e-9)
    }

    @Test func histogramsOfLabelsDoNotMix() throws {
        let metrics = Metrics()
        let histogram = metrics.histogram(
            "inspectia_ocr_seconds", "Durées.", bounds: [1, 2], labels: [MetricLabel("result", ["ok", "ko"])])
        histogram.observe(1.5, at: histogram.index(0))
        histogram.observe(3, at: histogram.index(1))
        histogram.observe(3, at: histogram.index(1))
        let read = try Exposition(metrics.exposition())
        #expect(read["inspectia_ocr_seconds_bucket", ["result": "ok", "le": "2"]] == 1)
        #expect(read["inspectia_ocr_seconds_bucket", ["result": "ko", "le": "2"]] == 0)
        #expect(read["inspectia_ocr_seconds_bucket", ["result": "ko", "le": "+Inf"]] == 2)
        #expect(read["inspectia_ocr_seconds_sum", ["result": "ko"]] == 6)
    }

    @Test func gaugesAreReadWhenAskedFor() throws {
        let metrics = Metrics()
        let level = Monitor<Double?>(1)
        metrics.gauge("inspectia_db_pool_in_use", "Connexions prises.") { level.withLock { $0 } }
        metrics.gauge("inspectia_queue_depth", "File.", labels: ["office", "kind"]) {
            [.init(["18N", "a\"b\\c\nd"], 3), .init(["10S", ""], .infinity)]
        }
        #expect(try Exposition(metrics.exposition())["inspectia_db_pool_in_use"] == 1)
        level.withLock { $0 = 2.5 }
        let read = try Exposition(metrics.exposition())
        #expect(read["inspectia_db_pool_in_use"] == 2.5)
        #expect(read["inspectia_queue_depth", ["office": "18N", "kind": "a\"b\\c\nd"]] == 3)
        #expect(read["inspectia_queue_depth", ["office": "10S", "kind": ""]] == .infinity)
        level.withLock { $0 = nil }
        #expect(try Exposition(metrics.exposition())["inspectia_db_pool_in_use"] == nil)
    }

    @Test func theTextIsExactlyTheFormat() {
        let metrics = Metrics()
        let counter = metrics.counter(
            "inspectia_jobs_total", "Tâches\nde \\ fond.", labels: [MetricLabel("kind", ["a"])])
        counter.add(3)
        metrics.gauge("inspectia_ratio", "Part.") { 1e-7 }
        #expect(
            String(decoding: metrics.exposition(), as: UTF8.self) == #"""
                # HELP inspectia_jobs_total Tâches\nde \\ fond.
                # TYPE inspectia_jobs_total counter
                inspectia_jobs_total{kind="a"} 3
                # HELP inspectia_ratio Part.
                # TYPE inspectia_ratio gauge
                inspectia_ratio 1e-07

                """#)
    }

    @Test(arguments: [true, false])
    func concurrentCountsLoseNothing(ownShards: Bool) throws {
        let metrics = Metrics()
        let counter = metrics.counter("inspectia_events_total", "x", labels: [MetricLabel("k", ["a", "b", "c"])])
        let histogram = metrics.histogram("inspectia_values", "x", bounds: [1, 2, 3])
        let threads = (0..<Thread.shardCount + 1).map { _ in
            Thread.start("counting") {
                func count() {
                    for k in 0..<30_000 {
                        counter.add(at: k % 3)
                        histogram.observe(Double(k % 4) + 0.5)
                    }
                }
                if ownShards { Thread.withOwnShard { count() } } else { count() }
            }
        }
        // Reading meanwhile never goes back and never traps.
        var last: UInt64 = 0
        for _ in 0..<50 {
            let now = counter.value(at: 1)
            #expect(now >= last)
            last = now
            _ = try Exposition(metrics.exposition())
        }
        for thread in threads { thread.join() }
        #expect((0..<3).map { counter.value(at: $0) } == Array(repeating: UInt64(threads.count) * 10_000, count: 3))
        let read = try Exposition(metrics.exposition())
        #expect(read["inspectia_values_count"] == Double(threads.count) * 30_000)
        #expect(read["inspectia_values_sum"] == Double(threads.count) * 60_000)
    }

    @Test func shardsThatAreTakenOverKeepTheirCounts() {
        let counter = Metrics().counter("inspectia_events_total", "x")
        for _ in 0..<50 {
            Thread.start("counting") { Thread.withOwnShard { counter.add(2) } }.join()
        }
        #expect(counter.value() == 100)
    }

    @Test func theProcessDescribesItself() throws {
        let metrics = Metrics()
        metrics.registerProcess()
        let first = try Exposition(metrics.exposition())
        let memory = try #require(first["process_resident_memory_bytes"])
        #expect(memory > 1e6 && memory < 1e11)
        let start = try #require(first["process_start_time_seconds"])
        let now = Double(Timestamp.now().microseconds) / 1e6
        #expect(start < now + 1 && start > now - 86400)
        let open = try #require(first["process_open_fds"])
        #expect(open >= 3)
        #expect(try #require(first["process_threads"]) >= 1)
        #expect(try #require(first["process_max_fds"]) >= open)

        let processor = try #require(first["process_cpu_seconds_total"])
        let deadline = Instant.now() + .seconds(20)
        var later = processor
        while later <= processor, Instant.now() < deadline {
            later = try #require(try Exposition(metrics.exposition())["process_cpu_seconds_total"])
        }
        #expect(later > processor)
    }
}

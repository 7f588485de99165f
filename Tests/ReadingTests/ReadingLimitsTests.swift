import Testing

@testable import Reading

/// Each limit lets its own size pass, and refuses one more.
@Suite struct ReadingLimitsTests {
    private func failure(_ text: String, _ change: (inout ReadingLimits) -> Void) -> String? {
        var limits = ReadingLimits()
        change(&limits)
        return ReadTable(text, limits).failure
    }

    @Test func fileBytes() {
        #expect(failure("a;b\n") { $0.fileBytes = 4 } == nil)
        #expect(failure("a;b\n") { $0.fileBytes = 3 } == "file_too_large")
    }

    @Test func records() {
        #expect(failure("a;b\n1;2\n") { $0.records = 2 } == nil)
        #expect(failure("a;b\n1;2\n") { $0.records = 1 } == "too_many_records")
        #expect(failure("sep=;\na;b\n1;2") { $0.records = 2 } == nil)
        #expect(failure("[{\"a\":1},{\"a\":2}]") { $0.records = 2 } == nil)
        #expect(failure("[{\"a\":1},{\"a\":2}]") { $0.records = 1 } == "too_many_records")
    }

    @Test func cells() {
        #expect(failure("a;b\n1;2;3\n") { $0.cells = 3 } == nil)
        #expect(failure("a;b\n1;2;3\n") { $0.cells = 2 } == "too_many_cells:line=2")
        #expect(failure("[{\"a\":1,\"b\":2}]") { $0.cells = 2 } == nil)
        #expect(failure("[{\"a\":1,\"b\":2}]") { $0.cells = 1 } == "too_many_cells:line=1")
    }

    @Test func cellBytes() {
        #expect(failure("a;b\n1;12345\n") { $0.cellBytes = 5 } == nil)
        #expect(failure("a;b\n1;12345\n") { $0.cellBytes = 4 } == "cell_too_long:line=2")
        #expect(failure("a;b\n1;\"1\"\"345\"\n") { $0.cellBytes = 5 } == nil)
    }

    @Test func recordBytes() {
        #expect(failure("a;b\n123;567\n") { $0.recordBytes = 8 } == nil)
        #expect(failure("a;b\n123;567\n") { $0.recordBytes = 7 } == "record_too_long:line=2")
    }

    /// A gigabyte on one line would come to this: memory stops growing.
    @Test func endlessLines() {
        let text = String(repeating: "x", count: 3 << 20)
        #expect(failure("a;b\n" + text) { $0.recordBytes = 1 << 20 } == "record_too_long:line=2")
        #expect(failure("a;b\n1;\"" + text) { $0.recordBytes = 1 << 20 } == "unclosed_quote:line=2")
    }

    @Test func jsonBytes() {
        #expect(failure("[{\"a\":1}]") { $0.jsonBytes = 9 } == nil)
        #expect(failure("[{\"a\":1}]") { $0.jsonBytes = 8 } == "file_too_large")
    }

    /// A declaration of 100 bytes with 100 articles makes 10,000 bytes.
    @Test func expandedBytesOfRepeatedDeclarations() {
        let articles = Array(repeating: "{\"n\":1}", count: 100).joined(separator: ",")
        let text = "{\"t\":\"\(String(repeating: "x", count: 99))\",\"articles\":[\(articles)]}"
        #expect(failure(text) { $0.expandedBytes = 10_002 } == nil)
        #expect(failure(text) { $0.expandedBytes = 10_001 } == "archive_too_large")
    }
}

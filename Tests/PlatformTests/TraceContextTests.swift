import Platform
import Testing

@Suite struct TraceContextTests {
    private static let example = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test func readsTheStandardsExample() throws {
        let context = try #require(TraceContext(traceparent: Self.example))
        #expect(context.traceID == "0af7651916cd43dd8448eb211c80319c")
        #expect(context.spanID == "b7ad6b7169203331")
        #expect(context.isSampled)
        #expect(context.traceparent == Self.example)
    }

    @Test func aChildKeepsTheTraceOnly() throws {
        let parent = try #require(TraceContext(traceparent: Self.example))
        let child = parent.child()
        #expect(child.traceID == parent.traceID)
        #expect(child.spanID != parent.spanID)
        #expect(child.isSampled)
    }

    @Test func newTracesDifferAndReadBack() {
        let contexts = (0..<1000).map { TraceContext.start(sampled: $0 % 2 == 0) }
        #expect(Set(contexts.map(\.traceID)).count == 1000)
        #expect(Set(contexts.map(\.spanID)).count == 1000)
        for context in contexts { #expect(TraceContext(traceparent: context.traceparent) == context) }
    }

    @Test(arguments: ["02", "fe"])
    func readsTheKnownPartOfLaterVersions(_ version: String) {
        let later = version + Self.example.dropFirst(2)
        #expect(TraceContext(traceparent: later)?.spanID == "b7ad6b7169203331")
        #expect(TraceContext(traceparent: later + "-more")?.spanID == "b7ad6b7169203331")
        #expect(TraceContext(traceparent: later + ".more") == nil)
    }

    @Test(arguments: [
        "", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-extra",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0 ",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "0x-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-zz",
    ])
    func refusesMalformedFields(_ text: String) {
        #expect(TraceContext(traceparent: text) == nil)
    }

    @Test func noHostileFieldTraps() {
        var random = Random(seed: 9)
        for _ in 0..<20_000 {
            var bytes = Array(Self.example.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0...bytes.count, using: &random) / 20)
            if let context = TraceContext(traceparent: bytes.span) { #expect(context.traceparent.utf8.count == 55) }
        }
        #expect(TraceContext(traceparent: [UInt8](repeating: 0xff, count: 10_000).span) == nil)
    }
}

import JSON
import Testing

@Suite struct JSONLimitsTests {
    static func nested(_ depth: Int, _ open: String, _ close: String) -> String {
        String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
    }

    @Test(arguments: [1, 2, 64, JSONLimits.deepest])
    func depthIsBounded(depth: Int) {
        let limits = JSONLimits(depth: depth)
        for (open, close) in [("[", "]"), (#"{"a":"#, "}")] {
            let allowed = Array(Self.nested(depth, open, close).utf8)
            for reading in Reading.allCases { #expect(reading.error(in: allowed, limits: limits) == nil) }
            let error = refusal(of: Self.nested(depth + 1, open, close), limits: limits)
            #expect(error?.reason == .tooDeep)
            #expect(error?.offset == depth * open.utf8.count)
        }
    }

    @Test func siblingsDoNotAddUp() {
        let text = "[" + Array(repeating: "[]", count: 1000).joined(separator: ",") + "]"
        #expect(Reading.tree.error(in: Array(text.utf8), limits: JSONLimits(depth: 2)) == nil)
    }

    @Test func noCallerGoesBelowTheStack() {
        #expect(JSONLimits().depth == 64)
        #expect(JSONLimits(depth: .max).depth == JSONLimits.deepest)
        #expect(
            refusal(of: String(repeating: "[", count: 100_000), limits: JSONLimits(depth: .max))?.reason == .tooDeep)
    }
}

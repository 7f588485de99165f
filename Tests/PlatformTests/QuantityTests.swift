import Testing

@testable import Platform

@Suite struct QuantityTests {
    @Test(arguments: [
        ("250ms", 250_000_000), ("30s", 30_000_000_000), ("5m", 300_000_000_000), ("1h", 3_600_000_000_000),
        ("7d", 604_800_000_000_000), ("0s", 0), ("90s", 90_000_000_000),
    ])
    func durationsHaveUnits(text: String, nanoseconds: Int64) throws {
        let duration = try #require(Quantity.duration(text))
        #expect(duration == .nanoseconds(nanoseconds))
        #expect(Quantity.duration(Quantity.text(duration)) == duration)
    }

    @Test(arguments: ["", "30", "s", "-1s", "+1s", "1.5s", "1 s", "1S", "1h30m", "1w", "99999999999999d", "1s ", "１s"])
    func otherTextsAreNoDurations(_ text: String) {
        #expect(Quantity.duration(text) == nil)
    }

    @Test(arguments: [
        ("0", 0), ("512", 512), ("512B", 512), ("20MB", 20_000_000), ("20mb", 20_000_000), ("1KB", 1000),
        ("1KiB", 1024), ("3GiB", 3 << 30), ("64kib", 65536),
    ])
    func sizesHaveUnits(text: String, bytes: Int) throws {
        let size = try #require(Quantity.size(text))
        #expect(size == bytes)
        #expect(Quantity.size(Quantity.text(size: size)) == size)
    }

    @Test(arguments: ["", "MB", "-1", "1.5MB", "1 MB", "1TB", "9999999999GB", "99999999999999999999", "1MB!"])
    func otherTextsAreNoSizes(_ text: String) {
        #expect(Quantity.size(text) == nil)
    }

    @Test func theLargestExactUnitIsShown() {
        #expect(Quantity.text(.seconds(3600)) == "1h")
        #expect(Quantity.text(.seconds(90)) == "90s")
        #expect(Quantity.text(.milliseconds(1500)) == "1500ms")
        #expect(Quantity.text(size: 20_000_000) == "20MB")
        #expect(Quantity.text(size: 1 << 20) == "1MiB")
        #expect(Quantity.text(size: 1025) == "1025B")
    }
}

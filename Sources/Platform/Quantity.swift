/// Durations and sizes as people write them: `30s`, `20MB`.
enum Quantity {
    private static let durations: [(unit: String, nanoseconds: Int)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
        ("ms", 1_000_000),
    ]
    private static let sizes: [(unit: String, bytes: Int)] = [
        ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1000), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
        ("B", 1),
    ]

    /// A whole number and a unit, from `ms` to `d`.
    static func duration(_ text: String) -> Duration? {
        guard let (number, unit) = split(text), let factor = durations.first(where: { $0.unit == unit })?.nanoseconds
        else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : .nanoseconds(product)
    }

    /// A whole number and a unit; KB, MB and GB are powers of 1000, KiB, MiB and GiB of 1024. A bare number is bytes.
    static func size(_ text: String) -> Int? {
        guard let (number, unit) = split(text) else { return nil }
        if unit.isEmpty { return number }
        guard let factor = sizes.first(where: { $0.unit.lowercased() == unit.lowercased() })?.bytes else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }

    /// In the largest unit that divides it.
    static func text(_ duration: Duration) -> String {
        let nanoseconds = Int(duration.nanoseconds)
        if nanoseconds == 0 { return "0s" }
        let exact = durations.first { nanoseconds.isMultiple(of: $0.nanoseconds) }
        return exact.map { "\(nanoseconds / $0.nanoseconds)\($0.unit)" } ?? "\(nanoseconds)ns"
    }

    static func text(size: Int) -> String {
        if size == 0 { return "0B" }
        let exact = sizes.first { size.isMultiple(of: $0.bytes) }
        return exact.map { "\(size / $0.bytes)\($0.unit)" } ?? "\(size)B"
    }

    private static func split(_ text: String) -> (number: Int, unit: String)? {
        let digits = text.utf8.prefix { 0x30...0x39 ~= $0 }
        guard let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
        return (number, String(text.dropFirst(digits.count)))
    }
}

/// Delays between attempts: doubling up to a bound, each shortened by chance up to a half so that those who failed
/// together do not come back together.
struct Backoff {
    let first: Duration
    let last: Duration
    private(set) var attempts = 0

    init(first: Duration, last: Duration) { (self.first, self.last) = (first, last) }

    mutating func next(using random: inout some RandomNumberGenerator) -> Duration {
        let whole = min(last, first * (1 << min(attempts, 20)))
        attempts += 1
        return whole * Double.random(in: 0.5...1, using: &random)
    }
    mutating func next() -> Duration {
        var random = SystemRandomNumberGenerator()
        return next(using: &random)
    }

    mutating func reset() { attempts = 0 }
}

import Platform

extension Random {
    /// Places to cut `count` bytes at, ascending, both ends included.
    mutating func cuts(_ count: Int) -> [Int] {
        let inner = (0..<Int.random(in: 0...8, using: &self)).map { _ in Int.random(in: 0...count, using: &self) }
        return [0] + inner.sorted() + [count]
    }
}

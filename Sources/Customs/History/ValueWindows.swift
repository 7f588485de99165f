/// For every key, its last observations of one measure: how they came and sorted, so that a median costs nothing.
///
/// A window of 64 follows prices as they move, and gives every key, however frequent, the same bounded memory. Keys
/// seldom seen, which most are, have a smaller block.
struct ValueWindows: Sendable, Equatable {
    static let capacity = 64
    private static let blockSizes = [2, 8, 32, capacity]

    /// Where a key's block lies, and how much of it is used.
    private struct Window: Sendable, Equatable {
        var offset: Int32 = 0
        var size: UInt8 = 0
        var count: UInt8 = 0
        /// The oldest observation's place, once the block has `capacity` of them.
        var oldest: UInt8 = 0
        /// How many observations there ever were.
        var total: Int32 = 0
    }

    private var windows: [Window] = []
    /// Blocks: `size` observations as they came, then as many sorted.
    private var pool: [Double] = []
    private var free: [[Int32]] = Array(repeating: [], count: blockSizes.count)

    /// Adds a key, the next in number.
    mutating func addKey() { windows.append(Window()) }

    func count(_ key: Int) -> Int { Int(windows[key].count) }
    func total(_ key: Int) -> Int { Int(windows[key].total) }

    mutating func observe(_ value: Double, for key: Int) {
        var window = windows[key]
        if window.count == window.size, window.size < Self.capacity { grow(&window) }
        let (start, size) = (Int(window.offset), Int(window.size))
        var count = Int(window.count)
        let place: Int
        if count == size {
            place = Int(window.oldest)
            window.oldest = UInt8((place + 1) % size)
            removeSorted(pool[start + place], from: start + size, count: count)
            count -= 1
        } else {
            place = count
            window.count += 1
        }
        pool[start + place] = value
        insertSorted(value, into: start + size, count: count)
        window.total += 1
        windows[key] = window
    }

    /// Calls back with the key's observations in ascending order.
    func withSorted<R>(_ key: Int, _ body: (UnsafeBufferPointer<Double>) -> R) -> R {
        let window = windows[key]
        return pool.withUnsafeBufferPointer {
            let start = Int(window.offset) + Int(window.size)
            return body(UnsafeBufferPointer(rebasing: $0[start..<start + Int(window.count)]))
        }
    }

    /// The key's observations as they came, the oldest first: all that there is to keep of a window.
    func history(_ key: Int) -> [Double] {
        let window = windows[key]
        let (start, count) = (Int(window.offset), Int(window.count))
        return (0..<count).map { pool[start + (Int(window.oldest) + $0) % max(count, 1)] }
    }

    func write(to snapshot: inout SnapshotWriter) {
        snapshot.write(windows.map(\.total))
        for key in windows.indices { snapshot.write(history(key)) }
    }

    init() {}
    init(keyCount: Int, from snapshot: inout SnapshotReader) throws(HistorySnapshotError) {
        let totals = try snapshot.counts(keyCount)
        for key in 0..<keyCount {
            addKey()
            let values: [Double] = try snapshot.read()
            guard values.count <= Self.capacity, values.allSatisfy(\.isFinite) else {
                throw HistorySnapshotError(code: "malformed")
            }
            for value in values { observe(value, for: key) }
            windows[key].total = totals[key]
        }
    }

    /// How many numbers all blocks hold.
    var poolSize: Int { pool.count }

    private mutating func grow(_ window: inout Window) {
        let kind = Self.blockSizes.firstIndex { $0 > Int(window.size) }!
        let size = Self.blockSizes[kind]
        let offset: Int
        if let reused = free[kind].popLast() {
            offset = Int(reused)
        } else {
            offset = pool.count
            pool.append(contentsOf: repeatElement(0, count: 2 * size))
        }
        let (old, count) = (Int(window.offset), Int(window.count))
        for place in 0..<count {
            pool[offset + place] = pool[old + place]
            pool[offset + size + place] = pool[old + Int(window.size) + place]
        }
        if window.size > 0 { free[kind - 1].append(window.offset) }
        (window.offset, window.size) = (Int32(offset), UInt8(size))
    }

    private mutating func insertSorted(_ value: Double, into start: Int, count: Int) {
        var place = start + count
        while place > start, pool[place - 1] > value {
            pool[place] = pool[place - 1]
            place -= 1
        }
        pool[place] = value
    }

    private mutating func removeSorted(_ value: Double, from start: Int, count: Int) {
        var place = start
        while pool[place] < value { place += 1 }
        while place < start + count - 1 {
            pool[place] = pool[place + 1]
            place += 1
        }
    }
}

/// What sorted observations say. Below `enough` of them nothing is said.
enum SortedValues {
    /// With fewer observations a median says more about chance than about prices.
    static let enough = 5
    /// Makes the median absolute deviation of a normal distribution its standard deviation.
    private static let normal = 1.4826

    static func median(_ values: UnsafeBufferPointer<Double>) -> Double {
        guard values.count >= enough else { return .nan }
        let half = values.count / 2
        return values.count % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2
    }

    /// How many robust standard deviations `x` lies above the median. Where more than half of the observations are
    /// equal there is no spread to measure by, and nothing is said.
    static func robustScore(of x: Double, among values: UnsafeBufferPointer<Double>) -> Double {
        let centre = median(values)
        let spread = medianDeviation(values, from: centre)
        return spread > 0 ? (x - centre) / (normal * spread) : .nan
    }

    /// The share of observations below `x`, equal ones counting half, from 0 to 1.
    static func rank(of x: Double, among values: UnsafeBufferPointer<Double>) -> Double {
        guard values.count >= enough, !x.isNaN else { return .nan }
        let below = values.partitioningIndex { $0 >= x }
        let upTo = values.partitioningIndex { $0 > x }
        return (Double(below) + Double(upTo - below) / 2) / Double(values.count)
    }

    /// Bienaymé-Tchebychev: whatever the distribution, at most this share of it lies as far from the mean as `x`.
    static func chebyshevBound(of x: Double, among values: UnsafeBufferPointer<Double>) -> Double {
        guard values.count >= enough, !x.isNaN else { return .nan }
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let distance = (x - mean) * (x - mean)
        return distance <= variance ? 1 : variance / distance
    }

    /// The median of the distances to `centre`: they grow from it to both sides, so the half nearest are merged.
    private static func medianDeviation(_ values: UnsafeBufferPointer<Double>, from centre: Double) -> Double {
        guard !values.isEmpty, !centre.isNaN else { return .nan }
        var right = values.partitioningIndex { $0 >= centre }
        var left = right - 1
        var (previous, last) = (0.0, 0.0)
        for _ in 0...values.count / 2 {
            previous = last
            let before = left >= 0 ? centre - values[left] : .infinity
            let after = right < values.count ? values[right] - centre : .infinity
            if before <= after {
                last = before
                left -= 1
            } else {
                last = after
                right += 1
            }
        }
        return values.count % 2 == 1 ? last : (previous + last) / 2
    }
}

extension UnsafeBufferPointer<Double> {
    /// The first place whose element belongs to the second part; all before it do not.
    fileprivate func partitioningIndex(_ belongsToSecond: (Double) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if belongsToSecond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

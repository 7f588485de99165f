import Customs

/// A past that answers each function with a number, and remembers nothing.
struct Answers: HistoryReader {
    let needs: HistoryNeeds
    var values: [HistoryFunction: Double] = [:]
    var known: HistoryPeers?

    func value(of need: Int, measured: Double, keys: UnsafeBufferPointer<UInt64>, day: Int32) -> Double {
        values[needs.needs[need].function] ?? .nan
    }

    func peers(of profile: Int, measured: Double, keys: UnsafeBufferPointer<UInt64>, day: Int32) -> HistoryPeers? {
        known
    }
}

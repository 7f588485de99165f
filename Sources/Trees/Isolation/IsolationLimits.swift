/// What a file of an isolation forest may hold.
struct IsolationLimits {
    static let standard = IsolationLimits()

    var trees = 1...1000
    var columns = 1...4096
    /// Rows that a tree is grown on.
    var sample = 2...1024
    var ranks = 2...10_001
    var bytes = 32 << 20
}

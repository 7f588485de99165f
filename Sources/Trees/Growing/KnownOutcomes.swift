/// Which outcomes each row may know: those that were known before its day.
struct KnownOutcomes {
    /// The rows for learning in the order in which their outcomes became known.
    let order: [Int32]
    /// By row: how many of these it may know. It never falls from row to row.
    let known: [Int32]

    /// Rows are in the order of time. Without days each row's outcome is known to all rows after it.
    init(rows: Int, days: UnsafePointer<Int32>?, knownDays: UnsafePointer<Int32>?) {
        guard let days, let knownDays else {
            order = Array(0..<Int32(rows))
            known = order
            return
        }
        let order = Array(0..<Int32(rows)).sorted { a, b in
            let (left, right) = (knownDays[Int(a)], knownDays[Int(b)])
            return left != right ? left < right : a < b
        }
        var known = [Int32](repeating: 0, count: rows)
        var count = 0
        for row in 0..<rows {
            while count < rows, knownDays[Int(order[count])] < days[row] { count += 1 }
            known[row] = Int32(count)
        }
        (self.order, self.known) = (order, known)
    }
}

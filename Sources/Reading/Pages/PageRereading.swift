/// Which characters a place on a page can hold.
public enum PageAlphabet: String, Sendable, CaseIterable {
    case any
    case digits
    /// Digits and the marks that numbers and dates are written with.
    case number
    /// Capital letters and digits, as codes are.
    case code
}

/// Looks again, closely, at places of a page that was recognised from an image.
public protocol PageRereading {
    /// What stands in each box of the page, in the order asked; empty where nothing could be read.
    func read(_ places: [(box: PageBox, alphabet: PageAlphabet)], ofPage number: Int) throws -> [PageWord]
}

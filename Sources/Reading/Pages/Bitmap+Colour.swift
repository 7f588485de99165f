import CLeptonica

/// One channel from three.
extension Bitmap {
    var isColour: Bool { depth == 32 }

    /// The brightest of red, green and blue: all saturated ink becomes white, black stays.
    func lightest() throws(ReadingError) -> Bitmap { try channel(L_CHOOSE_MAX) }
    /// The weakest of the three: all saturated ink becomes black.
    func darkest() throws(ReadingError) -> Bitmap { try channel(L_CHOOSE_MIN) }
    /// How far apart they are: 0 for greys.
    func spread() throws(ReadingError) -> Bitmap { try channel(L_CHOOSE_MAXDIFF) }
    func luminance() throws(ReadingError) -> Bitmap {
        isColour ? try Bitmap(pixConvertRGBToLuminance(pix)) : self
    }

    private func channel(_ choice: Int) throws(ReadingError) -> Bitmap {
        isColour ? try Bitmap(pixConvertRGBToGrayMinMax(pix, Int32(choice))) : self
    }
}

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

    /// The same done to each channel.
    func mapChannels(_ body: (Bitmap) throws(ReadingError) -> Bitmap) throws(ReadingError) -> Bitmap {
        guard isColour else { return try body(self) }
        let red = try body(Bitmap(pixGetRGBComponent(pix, Int32(COLOR_RED))))
        let green = try body(Bitmap(pixGetRGBComponent(pix, Int32(COLOR_GREEN))))
        let blue = try body(Bitmap(pixGetRGBComponent(pix, Int32(COLOR_BLUE))))
        return try Bitmap(pixCreateRGBImage(red.pix, green.pix, blue.pix))
    }

    private func channel(_ choice: Int) throws(ReadingError) -> Bitmap {
        isColour ? try Bitmap(pixConvertRGBToGrayMinMax(pix, Int32(choice))) : self
    }
}

import CLeptonica

/// Takes the specks of a noisy scan or fax away: black on paper, white in letters.
enum ImpulseFilter {
    /// Thin print has next to no dark pixel without a dark neighbour, noise has many.
    private static let strictShare = 0.000_5
    /// A speck is black or white, and has hardly a neighbour like it.
    private static let (darkest, lightest): (UInt8, UInt8) = (110, 245)
    private static let (dark, light): (UInt8, UInt8) = (110, 170)

    static func clean(_ grey: Bitmap) throws(ReadingError) -> Bitmap {
        let ink = try grey.darker(than: 128)
        guard try Double(isolatedCount(ink)) > strictShare * Double(grey.width * grey.height) else { return grey }
        return try withoutSpecks(GreyPixels(grey)).bitmap()
    }

    private static func isolatedCount(_ ink: Bitmap) throws(ReadingError) -> Int {
        var shape = selCreateFromString("ooooXoooo", 3, 3, nil)
        guard shape != nil else { throw .readerFailed("selCreateFromString") }
        defer { selDestroy(&shape) }
        return try Bitmap(pixHMT(nil, ink.pix, shape)).inkCount
    }

    /// Specks get the median of their surroundings. All other pixels stay: a median filter costs small print its
    /// strokes.
    static func withoutSpecks(_ image: GreyPixels) -> GreyPixels {
        guard image.width > 2, image.height > 2 else { return image }
        var clean = image
        let width = image.width
        image.values.withUnsafeBufferPointer { pixels in
            for row in 1..<(image.height - 1) {
                for place in (row * width + 1)..<(row * width + width - 1) {
                    let value = pixels[place]
                    guard value < darkest || value > lightest else { continue }
                    let around = Surroundings(pixels, place, width)
                    let isSpeck = value < darkest ? around.darks < 2 : around.lights <= 2
                    if isSpeck { clean.values[place] = around.median }
                }
            }
        }
        return clean
    }

    /// A pixel and the eight around it.
    private struct Surroundings {
        /// Of the eight, how many are dark and how many light.
        private(set) var (darks, lights) = (0, 0)
        let median: UInt8

        init(_ pixels: UnsafeBufferPointer<UInt8>, _ place: Int, _ width: Int) {
            var sorted: InlineArray<9, UInt8> = .init(repeating: 0)
            var count = 0
            for row in [place - width, place, place + width] {
                for at in (row - 1)...(row + 1) {
                    let value = pixels[at]
                    if at != place {
                        darks += value < dark ? 1 : 0
                        lights += value > light ? 1 : 0
                    }
                    var slot = count
                    while slot > 0, sorted[slot - 1] > value {
                        sorted[slot] = sorted[slot - 1]
                        slot -= 1
                    }
                    sorted[slot] = value
                    count += 1
                }
            }
            median = sorted[4]
        }
    }
}

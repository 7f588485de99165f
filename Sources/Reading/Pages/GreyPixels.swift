import CLeptonica

/// The pixels of an image of one channel, for filters that Leptonica does not have.
struct GreyPixels {
    let width: Int
    let height: Int
    /// A byte a pixel, row by row; 0 is black.
    var values: [UInt8]

    init(_ grey: Bitmap) throws(ReadingError) {
        (width, height) = (grey.width, grey.height)
        guard grey.depth == 8, let data = pixGetData(grey.pix) else { throw .readerFailed("pixGetData") }
        let (columns, rows, perLine) = (width, height, Int(pixGetWpl(grey.pix)))
        values = Array(unsafeUninitializedCapacity: columns * rows) { values, count in
            for row in 0..<rows {
                let line = data + row * perLine
                // Leptonica keeps four pixels a word, the first in its highest byte.
                for column in 0..<columns {
                    values[row * columns + column] = UInt8(truncatingIfNeeded: line[column >> 2] >> Self.shift(column))
                }
            }
            count = columns * rows
        }
    }

    func bitmap() throws(ReadingError) -> Bitmap {
        let bitmap = try Bitmap(pixCreate(Int32(width), Int32(height), 8))
        guard let data = pixGetData(bitmap.pix) else { throw .readerFailed("pixGetData") }
        let perLine = Int(pixGetWpl(bitmap.pix))
        for row in 0..<height {
            let line = data + row * perLine
            for column in 0..<width {
                line[column >> 2] |= UInt32(values[row * width + column]) << Self.shift(column)
            }
        }
        return bitmap
    }

    private static func shift(_ column: Int) -> UInt32 { 24 - 8 * UInt32(column & 3) }
}

import CLeptonica

/// A rectangle of pixels.
struct PixelBox: Equatable {
    var x: Int
    var y: Int
    var width: Int
    var height: Int

    var right: Int { x + width }
    var bottom: Int { y + height }
    var middle: (x: Int, y: Int) { (x + width / 2, y + height / 2) }
    var area: Int { width * height }

    func intersection(_ other: PixelBox) -> PixelBox {
        let (left, top) = (max(x, other.x), max(y, other.y))
        return PixelBox(
            x: left, y: top, width: max(0, min(right, other.right) - left),
            height: max(0, min(bottom, other.bottom) - top))
    }
    func union(_ other: PixelBox) -> PixelBox {
        let (left, top) = (min(x, other.x), min(y, other.y))
        return PixelBox(
            x: left, y: top, width: max(right, other.right) - left, height: max(bottom, other.bottom) - top)
    }
    func grown(_ by: Int) -> PixelBox { PixelBox(x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by) }
}

/// An image of Leptonica's, freed with its owner. Ones of a 1-bit image are ink.
final class Bitmap {
    let pix: UnsafeMutablePointer<Pix>

    /// Takes what a call of Leptonica made. None does so only when there is no memory or the image is malformed.
    init(_ pix: UnsafeMutablePointer<Pix>?, by call: StaticString = #function) throws(ReadingError) {
        guard let pix else { throw .readerFailed("\(call)") }
        self.pix = pix
    }

    deinit {
        var pix: UnsafeMutablePointer<Pix>? = pix
        pixDestroy(&pix)
    }

    static func white(width: Int, height: Int, depth: Int) throws(ReadingError) -> Bitmap {
        let bitmap = try Bitmap(pixCreate(Int32(width), Int32(height), Int32(depth)))
        if depth > 1 { pixSetAllArbitrary(bitmap.pix, depth == 32 ? 0xffff_ffff : 0xff) }
        return bitmap
    }

    var width: Int { Int(pixGetWidth(pix)) }
    var height: Int { Int(pixGetHeight(pix)) }
    var depth: Int { Int(pixGetDepth(pix)) }
    var whole: PixelBox { PixelBox(x: 0, y: 0, width: width, height: height) }

    // MARK: Any depth

    func clipped(_ box: PixelBox) throws(ReadingError) -> Bitmap {
        var frame = boxCreate(Int32(box.x), Int32(box.y), Int32(box.width), Int32(box.height))
        defer { boxDestroy(&frame) }
        return try Bitmap(pixClipRectangle(pix, frame, nil))
    }

    /// With a white border; of one channel.
    func framed(_ border: Int) throws(ReadingError) -> Bitmap {
        try Bitmap(pixAddBorder(pix, Int32(border), 255))
    }

    func scaled(_ factor: Double) throws(ReadingError) -> Bitmap {
        try Bitmap(
            factor < 0.7
                ? pixScaleAreaMap(pix, Float(factor), Float(factor)) : pixScale(pix, Float(factor), Float(factor)))
    }

    /// Clockwise.
    func turned(quarters: Int) throws(ReadingError) -> Bitmap {
        quarters & 3 == 0 ? self : try Bitmap(pixRotateOrth(pix, Int32(quarters & 3)))
    }

    /// Clockwise, keeping its size; white comes in at the corners.
    func turned(degrees: Double) throws(ReadingError) -> Bitmap {
        if degrees == 0 { return self }
        return try Bitmap(
            pixRotate(pix, Float(degrees * .pi / 180), Int32(L_ROTATE_AREA_MAP), Int32(L_BRING_IN_WHITE), 0, 0))
    }

    // MARK: Grey

    /// Ink where it is darker than `level`.
    func darker(than level: Int) throws(ReadingError) -> Bitmap {
        try Bitmap(pixThresholdToBinary(pix, Int32(level)))
    }

    func inverted() throws(ReadingError) -> Bitmap { try Bitmap(pixInvert(nil, pix)) }

    /// The shade that a share of the pixels are darker than.
    func shade(rank: Double) -> Int {
        var value: UInt32 = 255
        guard pixGetRankValue(pix, 4, Float(rank), &value) == 0 else { return 255 }
        return Int(value)
    }

    func set(_ mask: Bitmap, to shade: Int) { pixSetMasked(pix, mask.pix, UInt32(shade)) }
    func copy(from other: Bitmap, where mask: Bitmap) { pixCombineMasked(pix, other.pix, mask.pix) }

    /// The darker of both, pixel by pixel.
    func darkest(_ other: Bitmap) throws(ReadingError) -> Bitmap {
        try Bitmap(pixMinOrMax(nil, pix, other.pix, Int32(L_CHOOSE_MIN)))
    }

    /// With the grain of a scan and the ruggedness of its letters rounded off.
    func smoothed() throws(ReadingError) -> Bitmap {
        var (across, down): (UnsafeMutablePointer<L_Kernel>?, UnsafeMutablePointer<L_Kernel>?) = (nil, nil)
        guard makeGaussianKernelSep(1, 1, 0.6, 1, &across, &down) == 0 else {
            throw .readerFailed("makeGaussianKernelSep")
        }
        defer {
            kernelDestroy(&across)
            kernelDestroy(&down)
        }
        return try Bitmap(pixConvolveSep(pix, across, down, 8, 1))
    }

    func png() throws(ReadingError) -> [UInt8] {
        var (data, size): (UnsafeMutablePointer<UInt8>?, Int) = (nil, 0)
        guard pixWriteMemPng(&data, &size, pix, 0) == 0, let data else { throw .readerFailed("pixWriteMemPng") }
        defer { lept_free(data) }
        return Array(UnsafeBufferPointer(start: data, count: size))
    }

    func copied() throws(ReadingError) -> Bitmap { try Bitmap(pixCopy(nil, pix)) }
}

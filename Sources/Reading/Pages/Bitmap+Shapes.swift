import CLeptonica

/// Shapes of ink, on images of one bit.
extension Bitmap {
    func opened(_ width: Int, _ height: Int) throws(ReadingError) -> Bitmap {
        try Bitmap(pixOpenCompBrick(nil, pix, Int32(width), Int32(height)))
    }
    func closed(_ width: Int, _ height: Int) throws(ReadingError) -> Bitmap {
        try Bitmap(pixCloseSafeCompBrick(nil, pix, Int32(width), Int32(height)))
    }
    func dilated(_ width: Int, _ height: Int) throws(ReadingError) -> Bitmap {
        try Bitmap(pixDilateCompBrick(nil, pix, Int32(width), Int32(height)))
    }
    func and(_ other: Bitmap) throws(ReadingError) -> Bitmap { try Bitmap(pixAnd(nil, pix, other.pix)) }
    func or(_ other: Bitmap) throws(ReadingError) -> Bitmap { try Bitmap(pixOr(nil, pix, other.pix)) }
    func minus(_ other: Bitmap) throws(ReadingError) -> Bitmap { try Bitmap(pixSubtract(nil, pix, other.pix)) }

    var inkCount: Int {
        var count: Int32 = 0
        pixCountPixels(pix, &count, nil)
        return Int(count)
    }
    func inkCount(in box: PixelBox) -> Int {
        var frame = boxCreate(Int32(box.x), Int32(box.y), Int32(box.width), Int32(box.height))
        defer { boxDestroy(&frame) }
        var count: Int32 = 0
        pixCountPixelsInRect(pix, frame, &count, nil)
        return Int(count)
    }

    var pieceCount: Int {
        var count: Int32 = 0
        pixCountConnComp(pix, 8, &count)
        return Int(count)
    }

    /// The frame of each connected piece of ink.
    func pieces() throws(ReadingError) -> [PixelBox] {
        var boxes = pixConnCompBB(pix, 8)
        guard boxes != nil else { return [] }
        defer { boxaDestroy(&boxes) }
        return (0..<boxaGetCount(boxes)).map { index in
            var (x, y, width, height): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
            boxaGetBoxGeometry(boxes, index, &x, &y, &width, &height)
            return PixelBox(x: Int(x), y: Int(y), width: Int(width), height: Int(height))
        }
    }

    func erase(_ box: PixelBox) {
        pixRasterop(
            pix, Int32(box.x), Int32(box.y), Int32(box.width), Int32(box.height), PIX_CLR, nil, 0, 0)
    }

    func paste(_ other: Bitmap, _ box: PixelBox) {
        pixRasterop(
            pix, Int32(box.x), Int32(box.y), Int32(box.width), Int32(box.height), PIX_SRC | PIX_DST, other.pix,
            Int32(box.x), Int32(box.y))
    }
}

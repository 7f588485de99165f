import CLeptonica

/// A picture of one or, in a TIFF, several pages. Its header is judged before a pixel is decoded.
final class ImageFile {
    private let bytes: [UInt8]
    private let isTIFF: Bool
    let pageCount: Int

    init(_ bytes: [UInt8], _ kind: FileKind, _ limits: PageLimits) throws(ReadingError) {
        setMsgSeverity(Int32(L_SEVERITY_NONE))
        (self.bytes, isTIFF) = (bytes, kind == .tiff)
        guard isTIFF else {
            pageCount = 1
            try Self.judge(Self.size(of: bytes), limits)
            return
        }
        var count = 0
        while let size = Self.size(ofTIFF: bytes, page: count) {
            guard count < limits.pages else { throw .tooManyPages(limits.pages) }
            try Self.judge(size, limits)
            count += 1
        }
        guard count > 0 else { throw .damagedImage("TIFF header") }
        pageCount = count
    }

    /// One channel of 8 bits, or three of them; what is transparent is white.
    func page(_ index: Int) throws(ReadingError) -> Bitmap {
        let decoded = bytes.withUnsafeBufferPointer {
            isTIFF ? pixReadMemTiff($0.baseAddress, $0.count, Int32(index)) : pixReadMem($0.baseAddress, $0.count)
        }
        guard let decoded else { throw .damagedImage("decoding") }
        var bitmap = try Bitmap(decoded)
        if pixGetColormap(bitmap.pix) != nil {
            bitmap = try Bitmap(pixRemoveColormap(bitmap.pix, Int32(REMOVE_CMAP_BASED_ON_SRC)))
        }
        if bitmap.depth == 32, pixGetSpp(bitmap.pix) == 4 {
            bitmap = try Bitmap(pixAlphaBlendUniform(bitmap.pix, 0xffff_ff00))
        }
        if bitmap.depth != 32, bitmap.depth != 8 { bitmap = try Bitmap(pixConvertTo8(bitmap.pix, 0)) }
        return bitmap
    }

    private static func judge(_ size: (width: Int, height: Int)?, _ limits: PageLimits) throws(ReadingError) {
        guard let size, size.width > 0, size.height > 0 else { throw .damagedImage("header") }
        guard min(size.width, size.height) >= limits.leastSide else { throw .tooSmall }
        let (pixels, overflows) = size.width.multipliedReportingOverflow(by: size.height)
        guard !overflows, pixels <= limits.pixels else { throw .tooManyPixels(limits.pixels) }
    }

    private static func size(of bytes: [UInt8]) -> (width: Int, height: Int)? {
        var (width, height): (Int32, Int32) = (0, 0)
        let failed = bytes.withUnsafeBufferPointer {
            pixReadHeaderMem($0.baseAddress, $0.count, nil, &width, &height, nil, nil, nil)
        }
        return failed == 0 ? (Int(width), Int(height)) : nil
    }

    private static func size(ofTIFF bytes: [UInt8], page: Int) -> (width: Int, height: Int)? {
        var (width, height): (Int32, Int32) = (0, 0)
        let failed = bytes.withUnsafeBufferPointer {
            readHeaderMemTiff($0.baseAddress, $0.count, Int32(page), &width, &height, nil, nil, nil, nil, nil)
        }
        return failed == 0 ? (Int(width), Int(height)) : nil
    }
}

import CLeptonica
import CPDF

/// A PDF and its pages.
final class PDFFile {
    private let document: OpaquePointer
    let pageCount: Int

    init(_ bytes: [UInt8], _ limits: PageLimits) throws(ReadingError) {
        var outcome = CPDF_BROKEN
        let opened = bytes.withUnsafeBytes { cpdf_open($0.baseAddress, $0.count, &outcome) }
        guard let opened else { throw outcome == CPDF_ENCRYPTED ? .encrypted : .damagedPDF("poppler") }
        document = opened
        pageCount = Int(cpdf_page_count(opened))
        // From here on the object is whole, and closes what it has opened.
        guard pageCount > 0 else { throw .damagedPDF("no page") }
        guard pageCount <= limits.pages else { throw .tooManyPages(limits.pages) }
        for index in 0..<pageCount {
            let page = try page(index)
            guard max(page.width, page.height) <= limits.pagePoints else { throw .pageTooLarge(index + 1) }
        }
    }

    deinit { cpdf_close(document) }

    func page(_ index: Int) throws(ReadingError) -> PDFPage {
        guard let page = cpdf_page_open(document, Int32(index)) else { throw .damagedPDF("page \(index + 1)") }
        return try PDFPage(page, of: self)
    }
}

/// One page of a PDF, as it is shown: its rotation is taken into account.
final class PDFPage {
    /// In points.
    let width: Double
    let height: Double
    private let page: OpaquePointer
    private let file: PDFFile

    fileprivate init(_ page: OpaquePointer, of file: PDFFile) throws(ReadingError) {
        (self.page, self.file) = (page, file)
        var (width, height) = (0.0, 0.0)
        cpdf_page_size(page, &width, &height)
        (self.width, self.height) = (width, height)
        guard width.isFinite, height.isFinite, min(width, height) >= 1 else { throw .damagedPDF("page size") }
    }

    deinit { cpdf_page_close(page) }

    /// Its characters, each with its box in points; a blank parts words.
    func characters() -> [(scalar: Unicode.Scalar, box: cpdf_box)] {
        var text: UnsafeMutablePointer<CChar>?
        var boxes: UnsafeMutablePointer<cpdf_box>?
        let count = cpdf_page_text(page, &text, &boxes)
        defer {
            cpdf_free(text)
            cpdf_free(boxes)
        }
        guard count > 0, let text, let boxes else { return [] }
        return zip(String(cString: text).unicodeScalars, UnsafeBufferPointer(start: boxes, count: count)).map {
            (scalar: $0, box: $1)
        }
    }

    /// The share of the page that its largest image covers.
    var imageShare: Double {
        var box = cpdf_box()
        guard cpdf_page_largest_image(page, &box) != 0 else { return 0 }
        let (wide, high) = (min(box.right, width) - max(box.left, 0), min(box.bottom, height) - max(box.top, 0))
        return max(0, wide) * max(0, high) / (width * height)
    }

    /// The page on white, in colour.
    func rendered(dotsPerInch: Double) throws(ReadingError) -> Bitmap {
        let wide = max(1, Int((width * dotsPerInch / 72).rounded()))
        let high = max(1, Int((height * dotsPerInch / 72).rounded()))
        let bitmap = try Bitmap(pixCreateNoInit(Int32(wide), Int32(high), 32))
        guard let pixels = pixGetData(bitmap.pix), cpdf_page_render(page, Int32(wide), Int32(high), pixels) != 0 else {
            throw .damagedPDF("rendering")
        }
        return bitmap
    }
}

import CLeptonica
import TestKit
import Testing

@testable import Reading

/// What is refused, and why.
@Suite struct PageDocumentTests {
    private static func code(_ bytes: [UInt8], _ limits: PageLimits = PageLimits()) -> String? {
        do throws(ReadingError) {
            _ = try PageDocument(bytes, limits: limits)
            return nil
        } catch { return error.code }
    }

    @Test func whatIsNoDocument() {
        #expect(Self.code([]) == "empty_file")
        #expect(Self.code(Array("# Contenu simulé".utf8)) == "bad_magic")
        #expect(Self.code(Array("PK\u{3}\u{4}".utf8)) == "bad_magic")
        #expect(Self.code(Array("%PDF-1.4\nrien".utf8)) == "corrupt_pdf")
        #expect(Self.code([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]) == "corrupt_image")
        #expect(Self.code([0xff, 0xd8, 0xff, 0xe0]) == "corrupt_image")
        #expect(Self.code([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0]) == "corrupt_image")
    }

    @Test func pages() {
        var limits = PageLimits()
        limits.pages = 3
        func document(_ count: Int) -> [UInt8] { TestPDF(pages: .init(repeating: TestPDF.Page(), count: count)).bytes }
        #expect(Self.code(document(3), limits) == nil)
        #expect(Self.code(document(4), limits) == "too_many_pages")
        #expect(Self.code(document(0)) == "corrupt_pdf")
    }

    @Test func sizes() throws {
        var page = TestPDF.Page()
        (page.width, page.height) = (7200, 100)
        #expect(Self.code(TestPDF(pages: [page]).bytes) == nil)
        page.width = 7201
        #expect(Self.code(TestPDF(pages: [page]).bytes) == "page_too_large")

        let image = try Bitmap.white(width: 100, height: 60, depth: 8).png()
        var limits = PageLimits()
        limits.pixels = 6000
        #expect(Self.code(image, limits) == nil)
        limits.pixels = 5999
        #expect(Self.code(image, limits) == "too_many_pixels")
        limits = PageLimits()
        limits.leastSide = 60
        #expect(Self.code(image, limits) == nil)
        limits.leastSide = 61
        #expect(Self.code(image, limits) == "too_small")
        limits = PageLimits()
        limits.fileBytes = image.count
        #expect(Self.code(image, limits) == nil)
        limits.fileBytes = image.count - 1
        #expect(Self.code(image, limits) == "file_too_large")
    }

    /// Its header promises more than any machine holds; nothing is decoded to find out.
    @Test func bomb() throws {
        var image = try Bitmap.white(width: 100, height: 60, depth: 8).png()
        for place in [16, 20] { image.replaceSubrange(place..<place + 4, with: [0, 0, 0x9c, 0x40]) }
        #expect(Self.code(image) == "too_many_pixels")
    }

    @Test func cutAnywhere() throws {
        let (pdf, image) = (
            TestPDF(pages: [TestPDF.form()]).bytes, try Bitmap.white(width: 100, height: 60, depth: 8).png()
        )
        for bytes in [pdf, image] {
            for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
                // Whatever is left is read or refused.
                if let document = try? PageDocument(Array(bytes[..<count])) { _ = try? document.page(1) }
            }
        }
    }

    @Test func transparencyIsPaper() throws {
        let image = try Bitmap(pixCreate(200, 100, 32))
        pixSetSpp(image.pix, 4)
        let page = try PageDocument(image.png()).preparedPage(1)
        let ink = try page.upright.luminance().darker(than: 250)
        #expect(ink.inkCount == 0)
    }

    @Test func pagesAreNumberedFromOne() throws {
        let document = try PageDocument(TestPDF(pages: [TestPDF.form(), TestPDF.Page()]).bytes)
        #expect(document.kind == .pdf && document.pageCount == 2)
        #expect(try document.page(2).page.number == 2)
        for number in [0, 3, -1] { #expect(throws: ReadingError.noSuchPage) { try document.page(number) } }
    }
}

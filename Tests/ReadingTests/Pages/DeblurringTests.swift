import TestKit
import Testing

@testable import Reading

/// Blur: how it is measured, and what is done about it.
@Suite struct DeblurringTests {
    private static func form() throws -> GreyPixels {
        let pdf = try PDFFile(TestPDF(pages: [TestPDF.form()]).bytes, PageLimits())
        return try GreyPixels(pdf.page(0).rendered(dotsPerInch: 200).luminance())
    }
    /// Enough of it for what needs no words.
    private static func part() throws -> GreyPixels {
        try GreyPixels(form().bitmap().clipped(PixelBox(x: 0, y: 200, width: 900, height: 500)))
    }

    private static func blurred(_ image: GreyPixels, _ deviation: Double) -> GreyPixels {
        var values = image.values.map { Float($0) }
        Gaussian(deviation: deviation).blur(
            image.values.map { Float($0) }, width: image.width, height: image.height, into: &values)
        var blurred = image
        blurred.values = values.map { UInt8(min(255, max(0, $0.rounded()))) }
        return blurred
    }

    @Test func spreadGrowsWithBlur() throws {
        let form = try Self.part()
        #expect(Sharpness.spread(form) < Deblurring.least)
        var last = 0.0
        for deviation in [1.2, 1.6, 2.0] {
            let spread = Sharpness.spread(Self.blurred(form, deviation))
            #expect(spread > last && spread >= Deblurring.least, "\(deviation) : \(spread)")
            last = spread
        }
    }

    @Test func aSharpPageStaysAsItIs() throws {
        let page = try Self.part().bitmap()
        #expect(try Deblurring.sharpened(page) === page)
    }

    @Test func focusComesBack() throws {
        let form = try Self.part()
        let blurred = Self.blurred(form, 1.5)
        let sharpened = Deblurring.sharpened(blurred, Gaussian(deviation: 1.5))
        let error = { (image: GreyPixels) in
            zip(image.values, form.values).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        }
        #expect(error(sharpened) * 10 < error(blurred) * 9)
    }

    @Test func blurredPagesAreRead() throws {
        let words = try PageDocument(Self.blurred(Self.form(), 1.7).bitmap().png()).page(1).page.words.map(\.text)
        let missed = TestPDF.formWords.filter { !words.contains($0) }
        #expect(missed.count <= 1, "\(missed)")
    }

    @Test(arguments: [(1, 1), (3, 2), (5, 4), (8, 1), (33, 7)]) func pixelsComeBack(_ width: Int, _ height: Int) throws
    {
        var random = SeededGenerator(seed: UInt64(width * 100 + height))
        var image = try GreyPixels(Bitmap.white(width: width, height: height, depth: 8))
        for place in image.values.indices { image.values[place] = .random(in: 0...255, using: &random) }
        let again = try GreyPixels(image.bitmap())
        #expect(again.values == image.values && again.width == width && again.height == height)
        // Nothing is too small to be measured or filtered.
        #expect(Sharpness.spread(image).isFinite)
        #expect(ImpulseFilter.withoutSpecks(image).values.count == image.values.count)
        #expect(Deblurring.sharpened(image, Gaussian(deviation: 2)).values.count == image.values.count)
    }
}

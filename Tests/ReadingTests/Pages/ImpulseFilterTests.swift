import TestKit
import Testing

@testable import Reading

@Suite struct ImpulseFilterTests {
    private static func page() throws -> GreyPixels { try GreyPixels(Bitmap.white(width: 40, height: 40, depth: 8)) }

    @Test func specksGoAndStrokesStay() throws {
        var page = try Self.page()
        // A stroke one pixel wide, a letter's body with a white hole, a speck.
        for row in 5..<20 { page.values[row * 40 + 10] = 0 }
        for row in 5..<20 { for column in 20..<26 { page.values[row * 40 + column] = 0 } }
        let (hole, speck) = (12 * 40 + 23, 30 * 40 + 30)
        page.values[hole] = 255
        page.values[speck] = 0
        var expected = page.values
        (expected[hole], expected[speck]) = (0, 255)
        // The stroke's ends have one dark neighbour, as noise has.
        for end in [5, 19] { expected[end * 40 + 10] = 255 }
        #expect(ImpulseFilter.withoutSpecks(page).values == expected)
    }

    /// Clean pages are not touched, whatever is thin on them.
    @Test func onlyNoiseIsFiltered() throws {
        let form = try PDFFile(TestPDF(pages: [TestPDF.form()]).bytes, PageLimits()).page(0)
            .rendered(dotsPerInch: 200).luminance()
        #expect(try ImpulseFilter.clean(form) === form)
    }
}

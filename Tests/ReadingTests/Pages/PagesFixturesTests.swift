import JSON
import TestKit
import Testing

@testable import Reading

/// Declarations of other people's making, with what stands in them.
@Suite(.enabled(if: Fixtures.root != nil, "INSPECTIA_FIXTURES is not set"))
struct PagesFixturesTests {
    /// Letters and digits, so that neither marks nor accents matter.
    private static func folded(_ text: String) -> String {
        String(text.uppercased().unicodeScalars.filter { ("0"..."9").contains($0) || ("A"..."Z").contains($0) })
    }

    /// The share of the true codes and amounts that stand in a line of the words.
    private static func recall(_ name: String) throws -> Double {
        let document = try PageDocument(Fixtures.bytes("documents/docs/\(name)"))
        var read = ""
        for number in 1...document.pageCount {
            let words = try document.page(number).page.words
            // In reading order, and column by column.
            read += words.map { folded($0.text) }.joined()
        }
        let stem = name.prefix { $0 != "." }
        let truth = try JSONValue(parsing: Fixtures.bytes("documents/truth/\(stem).json"))
        let values = (truth["fields"]?.members ?? []).compactMap { field -> String? in
            guard let value = field.value.string, !field.name.contains("date"), !value.contains(" ") else { return nil }
            let text = folded(value.hasSuffix(".0") ? String(value.dropLast(2)) : value)
            return text.count >= 4 ? text : nil
        }
        #expect(values.count > 15)
        return Double(values.filter { read.contains($0) }.count) / Double(values.count)
    }

    @Test(arguments: [
        ("A03_note_2col_pdf_text.pdf", 1), ("A07_gainde_blue_pdf_scan.pdf", 0.95),
        ("A13_gainde_blue_png_rot90.png", 0.95),
        ("A15_note_2col_jpg_skew.jpg", 0.92), ("A17_sad_a_jpg_low150q40.jpg", 0.95),
        ("A19_gainde_blue_png_saltpepper.png", 0.95),
        ("A20_sad_a_jpg_blur.jpg", 0.95), ("A22_gainde_blue_jpg_stamp.jpg", 0.95), ("A23_sad_a_jpg_faint.jpg", 0.97),
        ("A24_note_2col_jpg_shadow.jpg", 0.97),
    ])
    func recall(_ name: String, _ floor: Double) throws {
        let recall = try Self.recall(name)
        #expect(recall >= floor, "\(name): \(recall)")
    }

    @Test(arguments: [
        ("text_as_png.png", "bad_magic"), ("one_pixel.png", "too_small"), ("bomb_40000x40000.png", "too_many_pixels"),
        ("truncated.pdf", "corrupt_pdf"), ("empty.pdf", "empty_file"), ("encrypted.pdf", "encrypted"),
        ("pages_400.pdf", "too_many_pages"), ("giant_mediabox.pdf", "page_too_large"),
    ])
    func refused(_ name: String, _ code: String) throws {
        let bytes = try Fixtures.bytes("documents/robust/\(name)")
        #expect { try PageDocument(bytes) } throws: { ($0 as? ReadingError)?.code == code }
    }

    @Test(arguments: ["blank_100.png", "black_page.png", "noise.png"]) func withoutText(_ name: String) throws {
        let document = try PageDocument(Fixtures.bytes("documents/robust/\(name)"))
        #expect(try document.page(1).page.words.isEmpty)
    }

    @Test(arguments: [
        ("owner_locked.pdf", 1, "REGIME"), ("cmyk.jpg", 1, "APUREMENT"), ("gray16.png", 1, "APUREMENT"),
        ("alpha_transparent.png", 1, "APUREMENT"), ("two_pages.tif", 2, "REPUBLIQUE"),
        ("name with spaces é ; $(touch x).png", 1, "APUREMENT"), ("korean_blank_form.pdf", 1, "DECLARATION"),
    ])
    func odd(_ name: String, _ page: Int, _ word: String) throws {
        let document = try PageDocument(Fixtures.bytes("documents/robust/\(name)"))
        #expect(
            try document.page(page).page.words.contains { Self.folded($0.text).contains(word) || $0.text == "Régime" })
    }
}

import Testing

@testable import Reading

@Suite struct RuledLinesTests {
    private static func page(_ draw: (inout GreyPixels) -> Void) throws -> Bitmap {
        var page = try GreyPixels(Bitmap.white(width: 400, height: 100, depth: 8))
        draw(&page)
        return try page.bitmap()
    }
    private static func lines(_ page: Bitmap) throws -> RuledLines {
        try RuledLines(page, letter: 16, outside: Bitmap.white(width: 400, height: 100, depth: 1))
    }

    @Test func aRuleIsAsDarkAllAlong() throws {
        let ruled = try Self.page { page in
            for row in 50..<53 { for column in 20..<380 { page.values[row * 400 + column] = UInt8(70 + column % 9) } }
        }
        let lines = try Self.lines(ruled)
        #expect(lines.horizontal.count == 1 && lines.vertical.isEmpty)
        #expect(lines.mask.inkCount >= 3 * 360)
    }

    /// Blurred small letters: dark strokes with pale gaps, all darker than paper.
    @Test func lettersThatRunTogetherAreNone() throws {
        let blurred = try Self.page { page in
            for row in 50..<56 {
                for column in 20..<380 { page.values[row * 400 + column] = column % 7 < 4 ? 60 : 175 }
            }
        }
        let lines = try Self.lines(blurred)
        #expect(lines.horizontal.isEmpty && lines.mask.inkCount == 0)
    }
}

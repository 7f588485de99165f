import CLeptonica

/// How tall the letters of a page are, found from its pieces of ink.
struct LetterSize {
    /// Of the commonest letters and digits, in pixels; 0 where nothing looks like text.
    let height: Int
    /// Pieces of about that size.
    let count: Int

    /// From the frames of all connected pieces.
    init(_ pieces: [PixelBox]) {
        // By the longer side, so that the page may still lie on its side.
        var heights = [Int](repeating: 0, count: 201)
        for piece in pieces {
            let (longer, shorter) = (max(piece.width, piece.height), min(piece.width, piece.height))
            // Dashes, dots and rules say nothing, nor do words whose letters touch.
            guard 6...200 ~= longer, shorter * 5 >= longer * 2 else { continue }
            heights[longer] += 1
        }
        let total = heights.reduce(0, +)
        guard total > 0 else {
            (height, count) = (0, 0)
            return
        }
        // Two letters in three are at most this tall: among capitals, digits and small letters, a capital.
        var (seen, found) = (0, 0)
        while seen * 3 < total * 2 {
            seen += heights[found]
            found += 1
        }
        height = found - 1
        count = heights[(height / 2)...min(200, height * 3 / 2)].reduce(0, +)
    }

    func isLetter(_ piece: PixelBox) -> Bool {
        let (longer, shorter) = (max(piece.width, piece.height), min(piece.width, piece.height))
        return longer * 5 >= height * 2 && longer <= height * 4 && shorter * 2 <= height * 5
    }
}

import Glibc

/// Brings blurred print back into focus.
///
/// Van Cittert's method: what a picture lacks to be the given one after it is blurred is added to it, a few times over.
/// No shade leaves the range from the darkest ink to white, which keeps the rings around letters low.
enum Deblurring {
    /// Sharp scans have up to 0.7, and 150 dots per inch lose nothing to it.
    static let least = 0.9
    private static let most = 2.5
    private static let rounds = 5

    /// The image in focus; itself when it is.
    static func sharpened(_ image: Bitmap) throws(ReadingError) -> Bitmap {
        let spread = try Sharpness.spread(GreyPixels(image.luminance()))
        guard spread >= least else { return image }
        let gaussian = Gaussian(deviation: min(most, spread))
        return try image.mapChannels { channel throws(ReadingError) in
            try sharpened(GreyPixels(channel), gaussian).bitmap()
        }
    }

    static func sharpened(_ image: GreyPixels, _ gaussian: Gaussian) -> GreyPixels {
        let given = image.values.map { Float($0) }
        let darkest = max(0, Float(shade(image, rank: 0.002)) - 40)
        var found = given
        var blurred = given
        for _ in 0..<rounds {
            gaussian.blur(found, width: image.width, height: image.height, into: &blurred)
            for place in found.indices {
                found[place] = min(255, max(darkest, found[place] + given[place] - blurred[place]))
            }
        }
        var sharpened = image
        for place in found.indices { sharpened.values[place] = UInt8(found[place]) }
        return sharpened
    }

    /// The shade that a share of the pixels are darker than.
    private static func shade(_ image: GreyPixels, rank: Double) -> Int {
        var counts = [Int](repeating: 0, count: 256)
        for value in image.values { counts[Int(value)] += 1 }
        var (seen, shade) = (0, 0)
        while shade < 255, Double(seen + counts[shade]) < rank * Double(image.values.count) {
            seen += counts[shade]
            shade += 1
        }
        return shade
    }
}

/// A blur that is the same in all directions.
struct Gaussian {
    /// From the middle outwards; with both sides they add up to 1.
    private let weights: [Float]

    init(deviation: Double) {
        let radius = max(1, Int((2.8 * deviation).rounded(.up)))
        let all = (0...radius).map { exp(-Double($0 * $0) / (2 * deviation * deviation)) }
        let sum = 2 * all.reduce(0, +) - all[0]
        weights = all.map { Float($0 / sum) }
    }

    /// Along rows, then along columns; the picture goes on as at its edge.
    func blur(_ image: [Float], width: Int, height: Int, into result: inout [Float]) {
        let radius = weights.count - 1
        var row = [Float](repeating: 0, count: width + 2 * radius)
        var level = [Float](repeating: 0, count: image.count)
        for y in 0..<height {
            for x in row.indices { row[x] = image[y * width + min(width - 1, max(0, x - radius))] }
            level.withUnsafeMutableBufferPointer { level in
                row.withUnsafeBufferPointer { row in
                    let line = y * width
                    for x in 0..<width { level[line + x] = weights[0] * row[x + radius] }
                    for k in 1...radius {
                        let weight = weights[k]
                        for x in 0..<width { level[line + x] += weight * (row[x + radius - k] + row[x + radius + k]) }
                    }
                }
            }
        }
        result.withUnsafeMutableBufferPointer { result in
            level.withUnsafeBufferPointer { level in
                for y in 0..<height {
                    let line = y * width
                    for x in 0..<width { result[line + x] = weights[0] * level[line + x] }
                    for k in 1...radius {
                        let (above, below) = (max(0, y - k) * width, min(height - 1, y + k) * width)
                        let weight = weights[k]
                        for x in 0..<width { result[line + x] += weight * (level[above + x] + level[below + x]) }
                    }
                }
            }
        }
    }
}

import Glibc

/// How far the edges of a page's ink are spread out, as by a lens that was not in focus.
enum Sharpness {
    /// Steps of less than this share of the steepest are noise, not edges.
    private static let leastStep: Float = 0.5
    /// Of all steps, the share that may be steeper than what counts as the steepest: a few are damage.
    private static let outliers = 0.005

    /// The deviation, in pixels, of the Gaussian that would blur a sharp page as much; the lesser of both directions,
    /// about 0.5 for a sharp scan.
    static func spread(_ image: GreyPixels) -> Double {
        guard image.width > 8, image.height > 8 else { return 0 }
        // The edge of a blurred step has a slope that falls as a Gaussian: the slope's own slope tells how fast. The
        // strokes of letters are no wider than the blur, which makes it look narrower than it is.
        let across = slopes(image, next: 1), down = slopes(image, next: image.width)
        return max(0, 2 * min(across, down) - 0.28)
    }

    private static func slopes(_ image: GreyPixels, next: Int) -> Double {
        var steps = [Int](repeating: 0, count: 256)
        var (first, second) = ([Double](repeating: 0, count: 256), [Double](repeating: 0, count: 256))
        let (start, end) = (image.width + 1, image.values.count - image.width - 1)
        image.values.withUnsafeBufferPointer { pixels in
            for place in start..<end {
                let (before, here, after) = (Int(pixels[place - next]), Int(pixels[place]), Int(pixels[place + next]))
                let slope = abs(after - before)
                steps[slope] += 1
                let bend = before - 2 * here + after
                first[slope] += Double(slope * slope) / 4
                second[slope] += Double(bend * bend)
            }
        }
        var (beyond, steepest) = (0, 255)
        while steepest > 0, beyond + steps[steepest] <= Int(outliers * Double(end - start)) {
            beyond += steps[steepest]
            steepest -= 1
        }
        let least = max(8, Int(leastStep * Float(steepest)))
        let sum = first[least...].reduce(0, +), bends = second[least...].reduce(0, +)
        return bends > 0 ? (sum / bends / 2).squareRoot() : 0
    }
}

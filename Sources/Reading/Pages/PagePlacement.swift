import Glibc

/// How a page's upright image came out of the image or sheet that was sent.
public struct PagePlacement: Sendable, Equatable {
    /// Quarter turns, clockwise, that set it upright.
    public var quarterTurns: Int
    /// Degrees, clockwise, that it was turned by after that.
    public var skew: Double
    /// Width over height of what was sent.
    public var sentAspect: Double

    public init(quarterTurns: Int = 0, skew: Double = 0, sentAspect: Double) {
        (self.quarterTurns, self.skew, self.sentAspect) = (quarterTurns, skew, sentAspect)
    }

    /// Width over height of the upright page.
    public var aspect: Double { quarterTurns % 2 == 0 ? sentAspect : 1 / sentAspect }

    /// Where a point of the upright page lay, in fractions of what was sent.
    public func original(x: Double, y: Double) -> (x: Double, y: Double) {
        // The page's width in units of its height, once turned and before it was straightened; the sheet keeps its
        // size when it is straightened.
        let (angle, right, down) = (-skew * .pi / 180, (x - 0.5) * aspect, y - 0.5)
        let u = (right * cos(angle) - down * sin(angle)) / aspect + 0.5
        let v = right * sin(angle) + down * cos(angle) + 0.5
        switch quarterTurns & 3 {
        case 1: return (v, 1 - u)
        case 2: return (1 - u, 1 - v)
        case 3: return (1 - v, u)
        default: return (u, v)
        }
    }
}

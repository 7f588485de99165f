import Testing

@testable import Reading

@Suite struct PagePlacementTests {
    /// Quarter turns put the corners where they belong.
    @Test(arguments: [
        (0, 0.1, 0.2), (1, 0.2, 0.9), (2, 0.9, 0.8), (3, 0.8, 0.1),
    ])
    func quarterTurns(_ turns: Int, _ x: Double, _ y: Double) {
        let original = PagePlacement(quarterTurns: turns, sentAspect: 0.7).original(x: 0.1, y: 0.2)
        #expect(abs(original.x - x) < 1e-12 && abs(original.y - y) < 1e-12)
        // A frame that is turned lands where its corner came from.
        let turned = PageBox(left: x, top: y, right: x, bottom: y).turned(quarters: turns)
        #expect(abs(turned.left - 0.1) < 1e-12 && abs(turned.top - 0.2) < 1e-12)
    }

    @Test func theMiddleStaysAndTheRightEdgeComesFromAbove() {
        let placement = PagePlacement(skew: 2, sentAspect: 0.5)
        let middle = placement.original(x: 0.5, y: 0.5)
        #expect(abs(middle.x - 0.5) < 1e-12 && abs(middle.y - 0.5) < 1e-12)
        // It was turned clockwise, so the right side was higher: by 0.25 times the sine, the height being 1.
        let right = placement.original(x: 1, y: 0.5)
        #expect(abs(right.y - (0.5 - 0.25 * 0.034_899_5)) < 1e-6 && right.x < 1)
    }
}

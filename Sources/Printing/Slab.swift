/// A slice of a document that no page breaks, as wide as its text: what it shows, from its upper left corner.
struct Slab {
    enum Mark {
        case lines(SetText, Range<Int>, x: Double, y: Double)
        case boxes([Box], Ink)
    }
    struct Box: Equatable {
        var x: Double, y: Double, width: Double, height: Double
    }

    var height: Double
    /// The distance from what is above; left out at the top of a page.
    var before = 0.0
    var keepsWithNext = false
    var marks: [Mark] = []
    /// What is shown again before it when it comes to stand at the top of a page.
    var head: [Slab] = []

    func moved(x: Double, y: Double) -> Slab {
        var slab = self
        slab.marks = marks.map { mark in
            switch mark {
            case .lines(let text, let lines, let left, let top): .lines(text, lines, x: left + x, y: top + y)
            case .boxes(let boxes, let ink):
                .boxes(boxes.map { Box(x: $0.x + x, y: $0.y + y, width: $0.width, height: $0.height) }, ink)
            }
        }
        return slab
    }
}

extension [Slab] {
    /// All of them as one, without their heads.
    func stacked() -> Slab {
        var whole = Slab(height: 0)
        for (k, slab) in enumerated() {
            let top = whole.height + (k == 0 ? 0 : slab.before)
            whole.marks += slab.moved(x: 0, y: top).marks
            whole.height = top + slab.height
        }
        return whole
    }
}

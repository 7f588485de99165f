import Reading

/// A rectangle on a page, in widths of the page both ways, so that a distance is the same in every direction.
struct Zone: Sendable, Equatable {
    var left: Double, top: Double, right: Double, bottom: Double

    var width: Double { right - left }
    var height: Double { bottom - top }
    var centre: (x: Double, y: Double) { ((left + right) / 2, (top + bottom) / 2) }

    init(left: Double, top: Double, right: Double, bottom: Double) {
        (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
    }

    init(_ box: PageBox, aspect: Double) {
        self.init(left: box.left, top: box.top / aspect, right: box.right, bottom: box.bottom / aspect)
    }

    func box(aspect: Double) -> PageBox {
        .init(left: left, top: top * aspect, right: right, bottom: bottom * aspect)
    }

    func union(_ other: Zone) -> Zone {
        .init(
            left: min(left, other.left), top: min(top, other.top), right: max(right, other.right),
            bottom: max(bottom, other.bottom))
    }

    /// How much two zones share of the x axis, in widths; negative is the distance between them.
    func overlapX(_ other: Zone) -> Double { min(right, other.right) - max(left, other.left) }
    func overlapY(_ other: Zone) -> Double { min(bottom, other.bottom) - max(top, other.top) }

    /// Whether both stand on one line of writing.
    func isLevel(with other: Zone) -> Bool {
        abs(centre.y - other.centre.y) < 0.55 * max(min(height, other.height), 0.6 * max(height, other.height))
    }

    func contains(_ x: Double, _ y: Double) -> Bool { left...right ~= x && top...bottom ~= y }
}

/// The square that a QR code is drawn on.
struct QRCanvas {
    let version: Int
    let side: Int
    private(set) var modules: [Bool]
    /// Modules that carry no data and that no mask touches.
    private var isFunction: [Bool]

    init(version: Int) {
        (self.version, side) = (version, 17 + 4 * version)
        modules = Array(repeating: false, count: side * side)
        isFunction = modules
    }

    private mutating func set(_ column: Int, _ row: Int, _ isDark: Bool) {
        modules[row * side + column] = isDark
        isFunction[row * side + column] = true
    }

    // MARK: Function patterns

    mutating func drawFunctionPatterns() {
        for place in 0..<side {
            set(6, place, place % 2 == 0)
            set(place, 6, place % 2 == 0)
        }
        for (column, row) in [(3, 3), (side - 4, 3), (3, side - 4)] { drawFinder(column, row) }
        let places = alignments
        for row in places {
            for column in places where !isBesideFinder(column, row) { drawAlignment(column, row) }
        }
        drawFormat(mask: 0)
        if version >= 7 { drawVersion() }
    }

    /// With the light frame around it.
    private mutating func drawFinder(_ column: Int, _ row: Int) {
        for y in -4...4 {
            for x in -4...4 where 0..<side ~= column + x && 0..<side ~= row + y {
                let distance = max(abs(x), abs(y))
                set(column + x, row + y, distance != 2 && distance != 4)
            }
        }
    }

    private var alignments: [Int] {
        guard version > 1 else { return [] }
        return version < 7 ? [6, side - 7] : [6, 2 * version + 8, side - 7]
    }

    private func isBesideFinder(_ column: Int, _ row: Int) -> Bool {
        let last = side - 7
        return (column, row) == (6, 6) || (column, row) == (last, 6) || (column, row) == (6, last)
    }

    private mutating func drawAlignment(_ column: Int, _ row: Int) {
        for y in -2...2 { for x in -2...2 { set(column + x, row + y, max(abs(x), abs(y)) != 1) } }
    }

    /// Error correction M and the mask, twice, with a code of their own.
    private mutating func drawFormat(mask: Int) {
        let bits = (mask << 10 | Self.remainder(mask, by: 0x537, bits: 10)) ^ 0x5412
        func bit(_ place: Int) -> Bool { bits >> place & 1 == 1 }
        for place in 0..<6 { set(8, place, bit(place)) }
        set(8, 7, bit(6))
        set(8, 8, bit(7))
        set(7, 8, bit(8))
        for place in 9..<15 { set(14 - place, 8, bit(place)) }
        for place in 0..<8 { set(side - 1 - place, 8, bit(place)) }
        for place in 8..<15 { set(8, side - 15 + place, bit(place)) }
        set(8, side - 8, true)
    }

    private mutating func drawVersion() {
        let bits = version << 12 | Self.remainder(version, by: 0x1f25, bits: 12)
        for place in 0..<18 {
            let isDark = bits >> place & 1 == 1
            set(side - 11 + place % 3, place / 3, isDark)
            set(place / 3, side - 11 + place % 3, isDark)
        }
    }

    /// Of the polynomial division, over one bit.
    private static func remainder(_ value: Int, by polynomial: Int, bits: Int) -> Int {
        (0..<bits).reduce(value) { rest, _ in rest << 1 ^ (rest >> (bits - 1)) * polynomial }
    }

    // MARK: Data

    /// In columns of two from the right, up and down in turns.
    mutating func place(_ codewords: [UInt8]) {
        var bit = 0
        var right = side - 1
        while right >= 1 {
            // The timing pattern's column is passed.
            if right == 6 { right = 5 }
            let goesUp = (right + 1) & 2 == 0
            for step in 0..<side {
                let row = goesUp ? side - 1 - step : step
                for column in [right, right - 1] where !isFunction[row * side + column] {
                    // What remains at the end stays light.
                    guard bit < codewords.count * 8 else { continue }
                    modules[row * side + column] = codewords[bit / 8] >> UInt8(7 - bit % 8) & 1 == 1
                    bit += 1
                }
            }
            right -= 2
        }
    }

    mutating func apply(mask: Int) {
        for row in 0..<side {
            for column in 0..<side where !isFunction[row * side + column] && Self.inverts(mask, column, row) {
                modules[row * side + column].toggle()
            }
        }
        drawFormat(mask: mask)
    }

    private static func inverts(_ mask: Int, _ x: Int, _ y: Int) -> Bool {
        switch mask {
        case 0: (x + y) % 2 == 0
        case 1: y % 2 == 0
        case 2: x % 3 == 0
        case 3: (x + y) % 3 == 0
        case 4: (x / 3 + y / 2) % 2 == 0
        case 5: x * y % 2 + x * y % 3 == 0
        case 6: (x * y % 2 + x * y % 3) % 2 == 0
        default: ((x + y) % 2 + x * y % 3) % 2 == 0
        }
    }

    // MARK: Penalties

    /// How hard the drawing is to read (§7.8.3): long runs, squares, what looks like a finder, too much of one colour.
    var penalty: Int {
        var penalty = 0
        for line in 0..<side {
            penalty += Self.penalty(ofLine: (0..<side).map { modules[line * side + $0] })
            penalty += Self.penalty(ofLine: (0..<side).map { modules[$0 * side + line] })
        }
        for row in 1..<side {
            for column in 1..<side {
                let corner = row * side + column
                let colour = modules[corner]
                if modules[corner - 1] == colour, modules[corner - side] == colour, modules[corner - side - 1] == colour
                {
                    penalty += 3
                }
            }
        }
        let dark = modules.reduce(0) { $0 + ($1 ? 1 : 0) }
        return penalty + 10 * (abs(dark * 20 - modules.count * 10) / modules.count)
    }

    private static let finder = [true, false, true, true, true, false, true]

    private static func penalty(ofLine line: [Bool]) -> Int {
        var penalty = 0
        var run = 0
        for (place, colour) in line.enumerated() {
            run = place > 0 && line[place - 1] == colour ? run + 1 : 1
            if run == 5 { penalty += 3 } else if run > 5 { penalty += 1 }
        }
        for start in 0...(line.count - 7) where line[start..<start + 7].elementsEqual(finder) {
            // Beyond the edge everything is light.
            let before = line[max(0, start - 4)..<start].allSatisfy { !$0 }
            let after = line[(start + 7)..<min(line.count, start + 11)].allSatisfy { !$0 }
            if before || after { penalty += 40 }
        }
        return penalty
    }
}

/// A QR code (ISO/IEC 18004) of some bytes: byte mode, error correction M (about 15 % of it may be damaged), the
/// smallest version from 1 to 10 that holds them, and the mask that the standard's penalties prefer.
public struct QRCode: Sendable, Equatable {
    /// Bytes that version 10 holds.
    public static let mostBytes = 213

    /// 1 to 10.
    public let version: Int
    /// 0 to 7.
    public let mask: Int
    /// Modules a side, without the quiet zone.
    public let side: Int
    private let modules: [Bool]

    /// Nil when there are more than `mostBytes`.
    public init?(_ bytes: [UInt8]) {
        guard let capacity = QRCapacity.all.first(where: { $0.mostBytes >= bytes.count }) else { return nil }
        var blank = QRCanvas(version: capacity.version)
        blank.drawFunctionPatterns()
        blank.place(capacity.codewords(of: bytes))
        let candidates = (0..<8).map { mask in
            var canvas = blank
            canvas.apply(mask: mask)
            return canvas
        }
        let penalties = candidates.map(\.penalty)
        // The first of equals, as the standard's order suggests.
        let best = penalties.indices.min { penalties[$0] < penalties[$1] } ?? 0
        (version, mask, side) = (capacity.version, best, blank.side)
        modules = candidates[best].modules
    }

    public init?(_ text: String) { self.init(Array(text.utf8)) }

    /// Whether the module is dark; rows and columns count from the upper left corner.
    public func isDark(row: Int, column: Int) -> Bool { modules[row * side + column] }

    /// Light modules that must surround the code.
    public static let quietZone = 4

    /// A drawing of one unit a module, with its quiet zone, that any size suits.
    public var svg: String {
        let width = side + 2 * Self.quietZone
        var path = ""
        for row in 0..<side {
            var column = 0
            while column < side {
                var end = column
                while end < side, isDark(row: row, column: end) { end += 1 }
                if end > column {
                    path += "M\(column + Self.quietZone) \(row + Self.quietZone)h\(end - column)v1h-\(end - column)z"
                }
                column = end + 1
            }
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(width)" shape-rendering="crispEdges">\
            <path fill="#fff" d="M0 0h\(width)v\(width)h-\(width)z"></path><path fill="#000" d="\(path)"></path></svg>
            """
    }
}

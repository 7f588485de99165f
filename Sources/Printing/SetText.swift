import CTypeset

/// A text in its lines. It keeps the fonts that it is set in.
final class SetText {
    let pointer: OpaquePointer
    /// Where each line ends, from the text's top.
    let bottoms: [Double]
    private let fonts: FontSet

    var height: Double { bottoms.last ?? 0 }
    var width: Double { ctypeset_text_width(pointer) }
    var lineCount: Int { bottoms.count }

    func top(of line: Int) -> Double { line == 0 ? 0 : bottoms[line - 1] }
    func height(of lines: Range<Int>) -> Double {
        lines.isEmpty ? 0 : bottoms[lines.upperBound - 1] - top(of: lines.lowerBound)
    }

    init(
        _ text: StyledText, _ fonts: FontSet, width: Double, _ placement: Placement = .left, leading: Double = 1
    ) {
        self.fonts = fonts
        var bytes: [UInt8] = []
        var runs: [(end: Int, style: TextStyle)] = []
        for run in text.runs {
            bytes += run.text.utf8
            runs.append((bytes.count, run.style))
        }
        pointer = Self.set(bytes, runs, max(1, width), placement, leading, fonts)
        bottoms = [Double](unsafeUninitializedCapacity: ctypeset_text_line_count(pointer)) { [pointer] room, count in
            count = room.count
            ctypeset_text_bottoms(pointer, room.baseAddress, count)
        }
    }

    deinit { ctypeset_text_free(pointer) }

    private static func set(
        _ bytes: [UInt8], _ runs: [(end: Int, style: TextStyle)], _ width: Double, _ placement: Placement,
        _ leading: Double, _ fonts: FontSet
    ) -> OpaquePointer {
        let styled = runs.map { run in
            ctypeset_run(
                end: run.end, family: FontSet.name(of: run.style.face), size: run.style.size,
                is_bold: run.style.isBold ? 1 : 0, is_italic: run.style.isItalic ? 1 : 0, colour: run.style.ink.rgb,
                tracking: run.style.tracking)
        }
        return bytes.withUnsafeBytes { text in
            ctypeset_text_set(
                fonts.pointer, text.baseAddress, text.count, styled, styled.count, width, placement.shim, leading)
        }
    }
}

extension Placement {
    fileprivate var shim: ctypeset_placement {
        switch self {
        case .left: CTYPESET_LEFT
        case .centre: CTYPESET_CENTRE
        case .right: CTYPESET_RIGHT
        case .justified: CTYPESET_JUSTIFIED
        }
    }
}

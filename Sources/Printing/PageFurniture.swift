/// What stands on every page besides its text, in the margins and behind it.
struct PageFurniture {
    private let document: PrintedDocument
    private let fonts: FontSet
    private let number: Int
    private let count: Int

    private static let line = Ink(0x9a9a9a)
    private static let distance = 10.0

    init(_ document: PrintedDocument, _ fonts: FontSet, number: Int, of count: Int) {
        (self.document, self.fonts, self.number, self.count) = (document, fonts, number, count)
    }

    private var width: Double { document.page.width - 2 * document.page.margin }

    func print(on file: PrintedFile) {
        let page = document.page
        if let watermark = document.watermark {
            let text = SetText(watermark, fonts, width: page.height)
            file.printTurned(text, x: page.width / 2, y: page.height / 2, angle: 0.9)
        }
        if number > 1, !document.runningHead.isEmpty { printHead(on: file) }
        printFoot(on: file)
    }

    private func printHead(on file: PrintedFile) {
        let page = document.page
        let text = SetText(document.runningHead, fonts, width: width)
        let lines = Slab(height: text.height, marks: [.lines(text, 0..<1, x: 0, y: 0)])
        file.print(lines, x: page.margin, y: page.margin - Self.distance - text.height(of: 0..<1) - 3)
        file.print(rule, x: page.margin, y: page.margin - Self.distance)
    }

    private func printFoot(on file: PrintedFile) {
        let page = document.page
        let left = SetText(document.foot, fonts, width: width * 0.85)
        let label = StyledText("page \(number)/\(count)", document.footStyle)
        let right = SetText(label, fonts, width: width * 0.15, .right)
        let marks: [Slab.Mark] = [
            .lines(left, 0..<min(2, left.lineCount), x: 0, y: 4), .lines(right, 0..<1, x: width * 0.85, y: 4),
        ]
        let y = page.height - page.margin + Self.distance
        file.print(rule, x: page.margin, y: y)
        file.print(Slab(height: 0, marks: marks), x: page.margin, y: y)
    }

    private var rule: Slab {
        Slab(height: 0.5, marks: [.boxes([.init(x: 0, y: 0, width: width, height: 0.5)], Self.line)])
    }
}

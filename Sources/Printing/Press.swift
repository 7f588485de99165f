/// Prints documents as PDF. The same document gives the same bytes, with the same libraries and fonts.
///
/// It blocks while it prints: what loops serve, they have printed by a worker.
public enum Press {
    public static func print(_ document: PrintedDocument) throws(PrintingError) -> [UInt8] {
        // Fonts are made ready for each document: they belong to one thread.
        let fonts = try FontSet()
        let page = document.page
        let slabs = Setter(fonts: fonts).slabs(of: document.blocks, width: page.width - 2 * page.margin)
        let pages = try Pagination.pages(of: slabs, height: page.height - 2 * page.margin)
        guard pages.count <= PrintingLimits.pages else { throw .tooLong }
        let file = try PrintedFile(document.description, page)
        for (place, slabs) in pages.enumerated() {
            PageFurniture(document, fonts, number: place + 1, of: pages.count).print(on: file)
            for placed in slabs { file.print(placed.slab, x: page.margin, y: page.margin + placed.y) }
            file.endPage()
        }
        return try file.finish()
    }
}

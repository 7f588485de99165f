import Testing

@testable import Printing

/// Where slabs come to stand, without any text.
@Suite struct PaginationTests {
    private static func heights(_ pages: [[Pagination.Placed]]) -> [[Double]] { pages.map { $0.map(\.slab.height) } }

    @Test func aPageIsFilledToItsEnd() throws {
        let slabs = (0..<10).map { _ in Slab(height: 10) }
        #expect(try Self.heights(Pagination.pages(of: slabs, height: 50)).map(\.count) == [5, 5])
        #expect(try Self.heights(Pagination.pages(of: slabs, height: 49)).map(\.count) == [4, 4, 2])
    }

    @Test func aDistanceIsLeftOutAtTheTop() throws {
        let slabs = (0..<4).map { _ in Slab(height: 20, before: 10) }
        let pages = try Pagination.pages(of: slabs, height: 50)
        #expect(pages.map { $0.map(\.y) } == [[0, 30], [0, 30]])
    }

    @Test func whatKeepsTogetherMovesOn() throws {
        var slabs = [30.0, 10, 20].map { Slab(height: $0) }
        slabs[1].keepsWithNext = true
        #expect(try Self.heights(Pagination.pages(of: slabs, height: 50)) == [[30], [10, 20]])
    }

    @Test func whatNoPageCanHoldTogetherIsBroken() throws {
        var slabs = (0..<6).map { _ in Slab(height: 20) }
        for k in 0..<5 { slabs[k].keepsWithNext = true }
        #expect(try Self.heights(Pagination.pages(of: slabs, height: 50)).map(\.count) == [2, 2, 2])
    }

    @Test func aHeadIsRepeated() throws {
        let head = [Slab(height: 5, keepsWithNext: true)]
        let rows = (0..<5).map { _ in Slab(height: 20, head: head) }
        let pages = try Pagination.pages(of: head + rows, height: 50)
        #expect(Self.heights(pages) == [[5, 20, 20], [5, 20, 20], [5, 20]])
        #expect(pages[1].map(\.y) == [0, 5, 25])
    }

    @Test func aHeadDoesNotStandAloneAtTheBottom() throws {
        let head = [Slab(height: 5, keepsWithNext: true)]
        let slabs = [Slab(height: 40)] + head + [Slab(height: 20, head: head)]
        #expect(try Self.heights(Pagination.pages(of: slabs, height: 50)) == [[40], [5, 20]])
    }

    @Test func whatIsHigherThanAPageIsRefused() throws {
        #expect(throws: PrintingError.tooTall) { try Pagination.pages(of: [Slab(height: 51)], height: 50) }
        #expect(try Pagination.pages(of: [Slab(height: 50)], height: 50).count == 1)
        #expect(try Pagination.pages(of: [], height: 50).isEmpty)
    }
}

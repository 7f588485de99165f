import CLanes

/// In which order one row's contributions are added up: the parts, quads and picks of `CLanesOblivious.h`.
///
/// Tree after tree, every number would be added to a share in memory. Instead, the leaves' rows of a part of the trees
/// are brought together, and each share takes its numbers from there, into a register. They come tree after tree, too:
/// the sums are the same bits.
struct ObliviousPicks {
    /// A tree that has a table: how long its rows are, and which shares its numbers are added to.
    struct Tree {
        var stride: Int
        var shares: [Int32]
    }

    /// A part has no more numbers than this, half of what the nearest cache holds, unless a single tree has.
    static let mostNumbers = 8 * Int(CLANES_PART)
    private static let zeros = 8

    private(set) var parts: [clanes_part] = []
    private(set) var quads: [clanes_quad] = []
    private(set) var picks: [UInt16] = []
    /// The most numbers that a part has, with the zeros.
    private(set) var partNumbers = zeros

    /// `nobody` is the share behind the last one.
    init(_ trees: [Tree], nobody: Int32) {
        var first = 0
        while first < trees.count {
            var (end, numbers) = (first, Self.zeros)
            var taken: [(share: Int32, place: UInt16)] = []
            repeat {
                // Sixteen bits will do: a tree has at most 2^12 outputs and ten players.
                for (number, share) in trees[end].shares.enumerated() {
                    taken.append((share, UInt16(numbers + number)))
                }
                numbers += trees[end].stride
                end += 1
            } while end < trees.count && end - first < Int(CLANES_PART)
                && numbers + trees[end].stride <= Self.zeros + Self.mostNumbers
            let before = quads.count
            add(taken, nobody: nobody)
            parts.append(
                clanes_part(
                    first_tree: Int32(first), trees: Int32(end - first), quads: Int32(quads.count - before)))
            partNumbers = max(partNumbers, numbers)
            first = end
        }
    }

    /// Shares that take about as many numbers make a quad, so that few zeros are added.
    private mutating func add(_ taken: [(share: Int32, place: UInt16)], nobody: Int32) {
        let sorted = taken.sorted { ($0.share, $0.place) < ($1.share, $1.place) }
        var lists = sorted.indices.filter { $0 == 0 || sorted[$0].share != sorted[$0 - 1].share }.map { start in
            sorted[start...].prefix { $0.share == sorted[start].share }
        }
        lists.sort { ($1.count, $0[$0.startIndex].share) < ($0.count, $1[$1.startIndex].share) }
        for first in stride(from: 0, to: lists.count, by: 4) {
            let four = lists[first..<min(first + 4, lists.count)]
            let count = lists[first].count
            let shares = four.map { $0[$0.startIndex].share } + [nobody, nobody, nobody]
            quads.append(clanes_quad(shares: (shares[0], shares[1], shares[2], shares[3]), count: Int32(count)))
            for number in 0..<count {
                for list in first..<first + 4 {
                    let isThere = list < lists.count && number < lists[list].count
                    picks.append(isThere ? lists[list][lists[list].startIndex + number].place : 0)
                }
            }
        }
    }
}

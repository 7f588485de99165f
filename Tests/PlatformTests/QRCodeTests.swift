import Testing

@testable import Platform

/// Against drawings of another program: python-qrcode's, with the mask that the penalties of the standard's table 11
/// choose when they are computed by other means.
@Suite struct QRCodeTests {
    private static let known: [(count: Int, version: Int, mask: Int, hash: UInt64)] = [
        (14, 1, 0, 0x7994cd89821161e7),
        (1, 1, 0, 0x52e726498b21681f),
        (26, 2, 4, 0xbca1f79090af0631),
        (15, 2, 0, 0x23927578555ddc63),
        (42, 3, 6, 0xa59662459d029637),
        (27, 3, 4, 0x03e4d784b9101b58),
        (62, 4, 3, 0x8c88f535c6a04056),
        (43, 4, 3, 0x60c94e543466b480),
        (84, 5, 4, 0xc5d74df7eea537ff),
        (63, 5, 4, 0x72da9a1f0e45e04b),
        (106, 6, 3, 0x2078edea53722f39),
        (85, 6, 7, 0x8f84e87c197cc8ff),
        (122, 7, 5, 0xee09753af1e11eff),
        (107, 7, 4, 0xe5515f097ab870a1),
        (152, 8, 6, 0xd7362b5121d38e69),
        (123, 8, 2, 0x89b8090374b07cc1),
        (180, 9, 3, 0x1825880b5c6a1888),
        (153, 9, 4, 0x4a7d6bb28ed5175f),
        (213, 10, 1, 0x2d762264e8f9c4a4),
        (181, 10, 2, 0xf89221b8a773126f),
    ]

    /// The least and the most that each version holds.
    @Test func everyVersionIsDrawnAsOthersDrawIt() throws {
        for known in Self.known {
            let code = try #require(QRCode((0..<known.count).map { UInt8(($0 * 7 + 33) % 94 + 33) }))
            #expect(code.version == known.version, "\(known.count) bytes")
            #expect(code.mask == known.mask, "\(known.count) bytes")
            #expect(code.side == 17 + 4 * known.version)
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for row in 0..<code.side {
                for column in 0..<code.side {
                    hash = (hash ^ (code.isDark(row: row, column: column) ? 1 : 0)) &* 0x100_0000_01b3
                }
            }
            #expect(hash == known.hash, "\(known.count) bytes")
        }
    }

    @Test func aSmallOneIsSeenWhole() throws {
        let code = try #require(QRCode("otpauth://totp"))
        let drawing = (0..<code.side).map { row in
            String((0..<code.side).map { code.isDark(row: row, column: $0) ? "#" : "." })
        }
        #expect(code.mask == 6)
        #expect(
            drawing == [
                "#######.###.#.#######",
                "#.....#.#.#.#.#.....#",
                "#.###.#.#.....#.###.#",
                "#.###.#....##.#.###.#",
                "#.###.#.##.##.#.###.#",
                "#.....#..#.##.#.....#",
                "#######.#.#.#.#######",
                "............#........",
                "#..######.#.##..#.###",
                "#.......#.##...#.###.",
                "....#.###...#..#.####",
                ".##..#..#####...#.###",
                "#...#.#.##..##.#.....",
                "........#..#....#.##.",
                "#######.##.##.#.#.#..",
                "#.....#.####..#.###..",
                "#.###.#.##.......#.#.",
                "#.###.#.####.###.##..",
                "#.###.#...#.#...#.###",
                "#.....#...#.#.##.####",
                "#######.#.###.#.##...",
            ])
    }

    @Test func moreThanTheLargestHoldsIsRefused() {
        #expect(QRCode([UInt8](repeating: 0, count: QRCode.mostBytes))?.version == 10)
        #expect(QRCode([UInt8](repeating: 0, count: QRCode.mostBytes + 1)) == nil)
        #expect(QRCode("")?.version == 1)
    }

    /// Runs of dark modules cover as many as there are.
    @Test func theDrawingCoversTheDarkModules() throws {
        let code = try #require(QRCode("une adresse à lire"))
        let dark = (0..<code.side).reduce(0) { count, row in
            count + (0..<code.side).count { code.isDark(row: row, column: $0) }
        }
        let path = try #require(code.svg.split(separator: "d=\"").last)
        let runs = path.split(separator: "M").compactMap { run in
            run.split(separator: "h").dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) }
        }
        #expect(runs.reduce(0, +) == dark)
        #expect(code.svg.contains("viewBox=\"0 0 \(code.side + 8) \(code.side + 8)\""))
    }
}

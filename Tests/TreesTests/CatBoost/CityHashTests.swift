import Testing

@testable import Trees

@Suite struct CityHashTests {
    @Test func hashesAreThoseThatCatBoostWrites() {
        #expect(CityHash.hash64("CN") == 0x7502_a9ca_6994_eca9)
        let hashes: [(String, UInt32)] = [
            ("CN", 1_771_367_593), ("", 797_982_799), ("nan", 761_118_297), ("IMP001", 3_060_896_176),
            ("8504", 28_339_764), ("مصر", 1_781_566_622),
        ]
        for (text, hash) in hashes { #expect(Cell.category(text).bitPattern == hash, "\(text)") }
    }

    /// Every length on both sides of where the computation changes; made by an independent implementation.
    @Test func everyLengthHasItsBranch() {
        let text = String(repeating: "abcdefghijklmnopqrstuvwxyz0123456789", count: 5)
        for (count, hash) in Self.byLength {
            #expect(CityHash.hash64(String(text.prefix(count))) == hash, "\(count) bytes")
        }
    }

    private static let byLength: [(Int, UInt64)] = [
        (1, 0x2420_662c_d003_acfa),
        (2, 0x17f0_a30f_f3cc_3f3e),
        (3, 0x3a91_2f48_3a4e_ce31),
        (4, 0xf75a_3b8a_1499_428d),
        (7, 0x81f8_e4ba_09bd_76fa),
        (8, 0x4382_a8d0_fe8e_db17),
        (9, 0x66c7_fa4e_b3fa_b8d1),
        (16, 0xb7c6_0922_8035_52c1),
        (17, 0x034b_b4fe_133a_33e6),
        (24, 0x827a_f2a5_6667_fa85),
        (32, 0x3eca_4491_8b3b_7a1a),
        (33, 0xb0b5_c1a8_842f_b444),
        (48, 0x2251_9958_67b6_2236),
        (63, 0xfaf9_e728_93d6_bd28),
        (64, 0x5545_fcb3_40da_e4cf),
        (65, 0x648b_2a42_304f_1a79),
        (80, 0x43df_f7a9_1b8f_6f18),
        (127, 0x08c9_20fc_6db9_1113),
        (128, 0x8e41_c63f_f0db_8510),
        (129, 0x559e_4d5e_b02a_00c0),
        (180, 0xd749_1160_0f91_e631),
    ]
}

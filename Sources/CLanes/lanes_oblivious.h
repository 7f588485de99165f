// The loops over oblivious trees, included once for each instruction set: LANES is 2 (AVX-512), 1 (AVX2) or 0, and
// NAMED gives each inclusion names of its own.

// How many of sixteen thresholds x has reached. NaN is never reached.
static inline unsigned NAMED(reached)(float x, const float *sixteen) {
#if LANES == 2
    return (unsigned)__builtin_popcount(_mm512_cmp_ps_mask(_mm512_set1_ps(x), _mm512_loadu_ps(sixteen), _CMP_GE_OQ));
#elif LANES == 1
    __m256 all = _mm256_set1_ps(x);
    unsigned low = (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(all, _mm256_loadu_ps(sixteen), _CMP_GE_OQ));
    unsigned high = (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(all, _mm256_loadu_ps(sixteen + 8), _CMP_GE_OQ));
    return (unsigned)__builtin_popcount(low | high << 8);
#else
    int count = 0;
    for (int k = 0; k < 16; k++) count += x >= sixteen[k];
    return (unsigned)count;
#endif
}

static inline uint8_t NAMED(rank)(float x, const float *ladder) {
    unsigned full = NAMED(reached)(x, ladder);
    return (uint8_t)(16 * full + NAMED(reached)(x, ladder + 16 + 16 * full));
}

#if LANES == 2
// Of 128 ranks those at the places that the bytes say, by their lower seven bits.
static inline __m512i NAMED(page)(const uint8_t *ranks, __m512i places) {
    return _mm512_permutex2var_epi8(_mm512_loadu_si512(ranks), places, _mm512_loadu_si512(ranks + 64));
}
#endif

// One row's leaves in `count` groups of trees from `group` on.
static inline void NAMED(group_leaves)(const clanes_oblivious *f, const float *slots, const uint8_t *ranks,
                                       int64_t group, int64_t count, uint16_t *leaves) {
#if LANES == 2
    if (f->columns <= RANKS) {
        int32_t pages = (f->columns + 127) / 128;
        const uint8_t *column = f->split_byte_column + 64 * group, *rank = f->split_rank + 64 * group;
        const uint8_t *page = f->split_page + 64 * group;
        for (int64_t g = 0; g < count; g++) {
            __m512i place = _mm512_loadu_si512(column + 64 * g), at = _mm512_loadu_si512(page + 64 * g);
            __m512i asked = NAMED(page)(ranks, place);
            for (int32_t p = 1; p < pages; p++) {
                __mmask64 isHere = _mm512_cmpeq_epi8_mask(at, _mm512_set1_epi8((char)p));
                asked = _mm512_mask_mov_epi8(asked, isHere, NAMED(page)(ranks + 128 * p, place));
            }
            uint64_t bits = _mm512_cmpgt_epu8_mask(asked, _mm512_loadu_si512(rank + 64 * g));
            if (f->is_wide)
                memcpy(leaves + 4 * g, &bits, 8);
            else
                _mm_storeu_si128((__m128i *)(leaves + 8 * g), _mm_cvtepu8_epi16(_mm_cvtsi64_si128((long long)bits)));
        }
        return;
    }
#endif
    const int32_t *slot = f->split_slot + 64 * group;
    const float *threshold = f->split_threshold + 64 * group;
    for (int64_t octet = 0; octet < 8 * count; octet++) {
#if LANES >= 1
        __m256 asked = _mm256_i32gather_ps(slots, _mm256_loadu_si256((const __m256i *)(slot + 8 * octet)), 4);
        __m256 isReached = _mm256_cmp_ps(asked, _mm256_loadu_ps(threshold + 8 * octet), _CMP_GE_OQ);
        unsigned bits = (unsigned)_mm256_movemask_ps(isReached);
#else
        unsigned bits = 0;
        for (int k = 0; k < 8; k++)
            bits |= (unsigned)(slots[slot[8 * octet + k]] >= threshold[8 * octet + k]) << k;
#endif
        if (f->is_wide)
            ((uint8_t *)leaves)[octet] = (uint8_t)bits;
        else
            leaves[octet] = (uint16_t)bits;
    }
}

static inline void NAMED(row_ranks)(const clanes_oblivious *f, const float *slots, uint8_t *ranks) {
#if LANES == 2
    if (f->columns > RANKS) return;
    for (int32_t c = 0; c < f->columns; c++) {
        float x = slots[f->column_slot[c]];
        const float *ladder = f->ladders + f->column_ladder[c];
        ranks[c] = f->column_count[c] < 16 ? (uint8_t)NAMED(reached)(x, ladder + 16) : NAMED(rank)(x, ladder);
    }
#endif
}

static void NAMED(leaves)(const clanes_oblivious *f, const float *slots, uint16_t *leaves) {
    uint8_t ranks[RANKS];
    NAMED(row_ranks)(f, slots, ranks);
    int64_t inGroup = f->is_wide ? 4 : 8;
    NAMED(group_leaves)(f, slots, ranks, 0, (f->trees + inGroup - 1) / inGroup, leaves);
}

static void NAMED(row)(const clanes_oblivious *f, const float *slots, double *sums) {
    enum { part = 512 };
    uint8_t ranks[RANKS];
    uint16_t leaves[part];
    NAMED(row_ranks)(f, slots, ranks);
    int64_t inGroup = f->is_wide ? 4 : 8;
    for (int64_t first = 0; first < f->trees; first += part) {
        int64_t count = f->trees - first < part ? f->trees - first : part;
        NAMED(group_leaves)(f, slots, ranks, first / inGroup, (count + inGroup - 1) / inGroup, leaves);
        add_row_sums(f, first, count, leaves, sums);
    }
}

static void NAMED(row_shares)(const clanes_oblivious *f, const clanes_contributions *contributions, const float *slots,
                              double *sums, double *shares) {
    uint8_t ranks[RANKS];
    uint16_t leaves[CLANES_PART + 16];
    double numbers[contributions->part_numbers] __attribute__((aligned(64)));
    memset(numbers, 0, 64);
    NAMED(row_ranks)(f, slots, ranks);
    int64_t inGroup = f->is_wide ? 4 : 8;
    const clanes_quad *quads = contributions->quads;
    const uint16_t *picks = contributions->picks;
    for (int32_t p = 0; p < contributions->parts; p++) {
        clanes_part part = contributions->part[p];
        // A part may begin amid a group.
        int64_t group = part.first_tree / inGroup, before = part.first_tree % inGroup;
        NAMED(group_leaves)(f, slots, ranks, group, (before + part.trees + inGroup - 1) / inGroup, leaves);
        if (f->outputs == 1)
            bring_rows(f, contributions, part, 1, leaves + before, sums, numbers + 8);
        else
            bring_rows(f, contributions, part, f->outputs, leaves + before, sums, numbers + 8);
        picks = add_picks(quads, part.quads, picks, numbers, shares);
        quads += part.quads;
    }
}

// The leaves of a block's rows in one tree.
static inline void NAMED(block_leaves)(const clanes_oblivious *f, const uint8_t *ranks, int64_t tree,
                                       uint16_t *leaves) {
    int halves = f->is_wide ? 2 : 1;
    for (int half = 0; half < halves; half++) {
        const uint16_t *column = f->split_column + (tree * halves + half) * 8;
        const uint8_t *rank = f->split_rank + (tree * halves + half) * 8;
#if LANES == 2
        __m512i bits = _mm512_setzero_si512();
#pragma clang loop unroll(full)
        for (int d = 0; d < 8; d++) {
            __m512i asked = _mm512_loadu_si512(ranks + (int64_t)column[d] * 64);
            __mmask64 isAbove = _mm512_cmpgt_epu8_mask(asked, _mm512_set1_epi8((char)rank[d]));
            bits = _mm512_mask_add_epi8(bits, isAbove, bits, _mm512_set1_epi8((char)(1 << d)));
        }
        __m512i low = _mm512_cvtepu8_epi16(_mm512_castsi512_si256(bits));
        __m512i high = _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(bits, 1));
        if (half) {
            low = _mm512_or_si512(_mm512_slli_epi16(low, 8), _mm512_loadu_si512(leaves));
            high = _mm512_or_si512(_mm512_slli_epi16(high, 8), _mm512_loadu_si512(leaves + 32));
        }
        _mm512_storeu_si512(leaves, low);
        _mm512_storeu_si512(leaves + 32, high);
#else
        bytes64 bits = {0};
        for (int d = 0; d < 8 && rank[d] != 255; d++) {
            bytes64 asked;
            memcpy(&asked, ranks + (int64_t)column[d] * 64, 64);
            bits |= (bytes64)(asked > rank[d]) & (uint8_t)(1 << d);
        }
        for (int r = 0; r < 64; r++) leaves[r] = (uint16_t)(half ? leaves[r] | bits[r] << 8 : bits[r]);
#endif
    }
}

// Adds the leaves of `count` trees, at most `TOGETHER`, to a block's sums, one tree after the other.
static inline void NAMED(block_sums)(const clanes_oblivious *f, int64_t tree, int64_t count,
                                     const uint16_t leaves[TOGETHER][64], double *sums) {
    if (f->outputs == 1 && count == TOGETHER) {
        const double *values[TOGETHER];
        for (int t = 0; t < TOGETHER; t++) values[t] = f->leaves + f->tree_leaves[tree + t];
        for (int r = 0; r < 64; r++) {
            double sum = sums[r];
#pragma clang loop unroll(full)
            for (int t = 0; t < TOGETHER; t++) sum += values[t][leaves[t][r]];
            sums[r] = sum;
        }
        return;
    }
    for (int64_t t = 0; t < count; t++) {
        const double *values = f->leaves + f->tree_leaves[tree + t];
        for (int32_t k = 0; k < f->outputs; k++)
            for (int r = 0; r < 64; r++) sums[64 * k + r] += values[(int64_t)leaves[t][r] * f->outputs + k];
    }
}

// A block's ranks in every column. Short columns are counted through for all rows at once, long ones are climbed row
// by row.
static inline void NAMED(block_ranks)(const clanes_oblivious *f, const float *slots, uint8_t *ranks) {
    enum { few = 64 };
    for (int32_t c = 0; c < f->columns; c++, ranks += 64) {
        const float *x = slots + (int64_t)f->column_slot[c] * 64, *ladder = f->ladders + f->column_ladder[c];
        if (f->column_count[c] > few) {
            for (int r = 0; r < 64; r++) ranks[r] = NAMED(rank)(x[r], ladder);
            continue;
        }
#if LANES == 2
        __m512 a = _mm512_loadu_ps(x), b = _mm512_loadu_ps(x + 16);
        __m512 e = _mm512_loadu_ps(x + 32), d = _mm512_loadu_ps(x + 48);
        __m512i one = _mm512_set1_epi32(1), counts[4] = {0};
        for (int32_t k = 0; k < f->column_count[c]; k++) {
            __m512 threshold = _mm512_set1_ps(ladder[16 + k]);
            counts[0] = _mm512_mask_add_epi32(counts[0], _mm512_cmp_ps_mask(a, threshold, _CMP_GE_OQ), counts[0], one);
            counts[1] = _mm512_mask_add_epi32(counts[1], _mm512_cmp_ps_mask(b, threshold, _CMP_GE_OQ), counts[1], one);
            counts[2] = _mm512_mask_add_epi32(counts[2], _mm512_cmp_ps_mask(e, threshold, _CMP_GE_OQ), counts[2], one);
            counts[3] = _mm512_mask_add_epi32(counts[3], _mm512_cmp_ps_mask(d, threshold, _CMP_GE_OQ), counts[3], one);
        }
        for (int k = 0; k < 4; k++) _mm_storeu_si128((__m128i *)(ranks + 16 * k), _mm512_cvtepi32_epi8(counts[k]));
#else
        int32_t counts[64] = {0};
        for (int32_t k = 0; k < f->column_count[c]; k++)
            for (int r = 0; r < 64; r++) counts[r] += x[r] >= ladder[16 + k];
        for (int r = 0; r < 64; r++) ranks[r] = (uint8_t)counts[r];
#endif
    }
}

static inline void NAMED(blocks)(const clanes_oblivious *f, const clanes_contributions *contributions, int32_t blocks,
                                 const float *slots, uint8_t *ranks, double *sums, double *shares) {
    int64_t inSlots = (int64_t)f->slots * 64, inRanks = (int64_t)f->columns * 64, inSums = (int64_t)f->outputs * 64;
    for (int32_t b = 0; b < blocks; b++) NAMED(block_ranks)(f, slots + b * inSlots, ranks + b * inRanks);
    int64_t inShares = shares ? 64 * (int64_t)f->outputs * contributions->player_count : 0;
    // Trees outside, rows inside: a tree's leaves are fetched once for all rows.
    for (int64_t tree = 0; tree < f->trees; tree += TOGETHER) {
        int64_t count = f->trees - tree < TOGETHER ? f->trees - tree : TOGETHER;
        for (int32_t b = 0; b < blocks; b++) {
            uint16_t leaves[TOGETHER][64];
            for (int64_t t = 0; t < count; t++) NAMED(block_leaves)(f, ranks + b * inRanks, tree + t, leaves[t]);
            NAMED(block_sums)(f, tree, count, leaves, sums + b * inSums);
            if (!shares) continue;
            for (int64_t t = 0; t < count; t++) {
                add_block_shares(f, contributions, tree + t, leaves[t], shares + b * inShares);
                if (tree + TOGETHER + t < f->trees) fetch_table(contributions, tree + TOGETHER + t, b, blocks);
            }
        }
    }
}

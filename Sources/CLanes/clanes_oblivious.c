#include "CLanesOblivious.h"
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Sums must be the same bits on every machine.
#pragma STDC FP_CONTRACT OFF

typedef uint8_t bytes64 __attribute__((vector_size(64), aligned(1)));

// How many trees are added to a sum before it is stored again.
#define TOGETHER 4

// How many trees ahead what their leaves lead to is fetched.
#define AHEAD 32

// One row's ranks, when they are few enough to be found by byte permutations.
#define RANKS 1024

// A leaf's row is added to the players' shares.
static inline void add_leaf(const double *restrict row, const int32_t *restrict players, int32_t count,
                            int32_t outputs, int32_t all, double *restrict shares) {
    for (int32_t k = 0; k < outputs; k++, row += count, shares += all)
        for (int32_t p = 0; p < count; p++) shares[players[p]] += row[p];
}

static inline const double *leaf_row(const clanes_contributions *c, int64_t tree, uint16_t leaf) {
    return c->rows + c->tree_rows[tree] + (int64_t)leaf * c->tree_stride[tree];
}

// One row of data, `count` trees from `first` on.
static void add_row_sums(const clanes_oblivious *f, int64_t first, int64_t count, const uint16_t *leaves,
                         double *sums) {
    if (f->outputs == 1) {
        double sum = sums[0];
        for (int64_t t = 0; t < count; t++) sum += f->leaves[f->tree_leaves[first + t] + leaves[t]];
        sums[0] = sum;
        return;
    }
    for (int64_t t = 0; t < count; t++) {
        const double *leaf = f->leaves + f->tree_leaves[first + t] + (int64_t)leaves[t] * f->outputs;
        for (int32_t k = 0; k < f->outputs; k++) sums[k] += leaf[k];
    }
}

// Adds a part's leaves to the sums and brings their rows together. They lie far apart: they are fetched ahead.
static inline void bring_rows(const clanes_oblivious *f, const clanes_contributions *c, clanes_part part,
                              int32_t outputs, const uint16_t *leaves, double *restrict sums,
                              double *restrict numbers) {
    const int64_t *starts = f->tree_leaves + part.first_tree, *places = c->tree_rows + part.first_tree;
    const int32_t *strides = c->tree_stride + part.first_tree;
    const double *values = f->leaves, *rows = c->rows;
    double first = sums[0];
    for (int64_t next = 0; next < part.trees + AHEAD; next++) {
        if (next < part.trees) {
            __builtin_prefetch(values + starts[next] + leaves[next] * (int64_t)outputs);
            __builtin_prefetch(rows + places[next] + leaves[next] * (int64_t)strides[next]);
        }
        int64_t t = next - AHEAD;
        if (t < 0) continue;
        const double *value = values + starts[t] + leaves[t] * (int64_t)outputs;
        first += value[0];
        for (int32_t k = 1; k < outputs; k++) sums[k] += value[k];
        int64_t stride = strides[t];
        const double *row = rows + places[t] + leaves[t] * stride;
        for (int64_t n = 0; n < stride; n += 8, numbers += 8) memcpy(numbers, row + n, 64);
    }
    sums[0] = first;
}

// Adds what was brought together to the shares, of which four at a time are in registers. Returns the picks that come
// next.
static inline const uint16_t *add_picks(const clanes_quad *quads, int32_t count, const uint16_t *picks,
                                        const double *numbers, double *shares) {
    for (const clanes_quad *quad = quads; quad < quads + count; quad++) {
        double *a = shares + quad->shares[0], *b = shares + quad->shares[1];
        double *c = shares + quad->shares[2], *d = shares + quad->shares[3];
        double sums[4] = {*a, *b, *c, *d};
        for (int32_t n = 0; n < quad->count; n++, picks += 4) {
#pragma clang loop unroll(full)
            for (int k = 0; k < 4; k++) sums[k] += numbers[picks[k]];
        }
        *a = sums[0], *b = sums[1], *c = sums[2], *d = sums[3];
    }
    return picks;
}

// A block of rows, in one tree.
static void add_block_shares(const clanes_oblivious *f, const clanes_contributions *c, int64_t tree,
                             const uint16_t *leaves, double *shares) {
    const double *rows = c->rows + c->tree_rows[tree];
    const int32_t *players = c->players + c->tree_first_player[tree];
    int64_t inRow = (int64_t)f->outputs * c->player_count, stride = c->tree_stride[tree];
    int32_t count = c->tree_players[tree];
    for (int r = 0; r < 64; r++, shares += inRow)
        add_leaf(rows + leaves[r] * stride, players, count, f->outputs, c->player_count, shares);
}

// Fetches a part of a tree's table ahead: the blocks of a batch take turns.
static void fetch_table(const clanes_contributions *c, int64_t tree, int32_t part, int32_t parts) {
    const double *rows = c->rows + c->tree_rows[tree];
    int64_t size = c->tree_size[tree], end = size * (part + 1) / parts;
    for (int64_t place = size * part / parts; place < end; place += 8) __builtin_prefetch(rows + place, 0, 2);
}

#define NAMED(name) name##_any
#define LANES 0
#include "lanes_oblivious.h"
#undef NAMED
#undef LANES

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,popcnt"))), apply_to = function)
#define NAMED(name) name##_avx2
#define LANES 1
#include "lanes_oblivious.h"
#undef NAMED
#undef LANES
#pragma clang attribute pop

#pragma clang attribute push(                                                                                         \
    __attribute__((target("avx2,bmi,bmi2,popcnt,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi"))), apply_to = function)
#define NAMED(name) name##_avx512
#define LANES 2
#include "lanes_oblivious.h"
#undef NAMED
#undef LANES
#pragma clang attribute pop

#define DISPATCH(level, name, ...)                                                                                    \
    switch (level) {                                                                                                  \
    case 2: name##_avx512(__VA_ARGS__); break;                                                                        \
    case 1: name##_avx2(__VA_ARGS__); break;                                                                          \
    default: name##_any(__VA_ARGS__);                                                                                 \
    }

int32_t clanes_best(void) {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi2") || !__builtin_cpu_supports("popcnt")) return 0;
    int isWide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                 __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                 __builtin_cpu_supports("avx512vbmi");
    return isWide ? 2 : 1;
}
#else
#define DISPATCH(level, name, ...) name##_any(__VA_ARGS__)

int32_t clanes_best(void) { return 0; }
#endif

void clanes_oblivious_leaves(const clanes_oblivious *f, const float *slots, uint16_t *out) {
    DISPATCH(f->level, leaves, f, slots, out);
}

void clanes_oblivious_row(const clanes_oblivious *f, const float *slots, double *sums) {
    DISPATCH(f->level, row, f, slots, sums);
}

void clanes_oblivious_row_shares(const clanes_oblivious *f, const clanes_contributions *contributions,
                                 const float *slots, double *sums, double *shares) {
    DISPATCH(f->level, row_shares, f, contributions, slots, sums, shares);
}

void clanes_oblivious_blocks(const clanes_oblivious *f, int32_t blocks, const float *slots, uint8_t *ranks,
                             double *sums) {
    DISPATCH(f->level, blocks, f, 0, blocks, slots, ranks, sums, 0);
}

void clanes_oblivious_blocks_shares(const clanes_oblivious *f, const clanes_contributions *contributions,
                                    int32_t blocks, const float *slots, uint8_t *ranks, double *sums,
                                    double *shares) {
    DISPATCH(f->level, blocks, f, contributions, blocks, slots, ranks, sums, shares);
}

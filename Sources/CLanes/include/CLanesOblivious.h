#pragma once
#include <stdint.h>

/// A forest of oblivious trees as its loops want it. Whoever fills it in has checked every index: nothing is checked
/// here.
///
/// A column is up to 254 ascending thresholds of one slot. A row's rank in a column is how many of them its slot has
/// reached; a split asks whether the rank is above a number. Trees come eight a group (four when indices are wide),
/// the last group filled up with trees that nobody reads; a tree has eight splits (sixteen), the first asking for the
/// leaf index's lowest bit, the missing ones with rank 255 and threshold NaN: never reached.
typedef struct {
    int32_t slots, columns, trees, outputs;
    /// 1 when an index takes more than eight bits.
    int32_t is_wide;
    /// Which instructions to use: clanes_best() or a lesser one.
    int32_t level;

    /// By column: its slot, how many thresholds it has, and where its ladder begins: sixteen thresholds, the last of
    /// each full sixteen, then all of them; what is missing of a sixteen is NaN. After the last full sixteen there is
    /// one that is not full.
    const int32_t *column_slot;
    const int32_t *column_count;
    const int64_t *column_ladder;
    const float *ladders;

    /// By split.
    const uint16_t *split_column;
    const uint8_t *split_rank;
    const int32_t *split_slot;
    const float *split_threshold;
    /// The columns again, as two bytes: a column's place among 128, and which 128; only meant when it fits.
    const uint8_t *split_byte_column;
    const uint8_t *split_page;

    /// By tree: where its leaves begin, counted in numbers; a leaf has one for each output.
    const int64_t *tree_leaves;
    const double *leaves;
} clanes_oblivious;

/// The most trees that a part has.
#define CLANES_PART 256

/// Trees that follow one another and are explained together, when it is one row: their leaves' rows are brought
/// together behind eight zeros, then added up share by share. So many quads add them up.
typedef struct {
    int32_t first_tree, trees, quads;
} clanes_part;

/// Four shares, each the one of an output and a player, and how many of a part's numbers are added to each: a zero
/// where a share has fewer. A quad that is not full has shares behind the last one, which is nobody's.
typedef struct {
    int32_t shares[4], count;
} clanes_quad;

/// What each leaf of each tree contributes, by tree: where its rows begin; how many numbers they have together; how
/// long a row is, in whole lines of eight numbers; how many players it has, and where they are listed. A row has a
/// number for each output and player. A tree that contributes nothing has no players and rows of no length.
typedef struct {
    const int64_t *tree_rows;
    const int64_t *tree_size;
    const int32_t *tree_stride;
    const int32_t *tree_players;
    const int64_t *tree_first_player;
    const int32_t *players;
    const double *rows;
    /// Of the whole forest.
    int32_t player_count;

    /// All trees, and the most numbers that a part brings together, with the zeros: they lie on the stack.
    int32_t parts, part_numbers;
    const clanes_part *part;
    /// By part, and by quad: where among the part's numbers the next four are, in the order of the trees.
    const clanes_quad *quads;
    const uint16_t *picks;
} clanes_contributions;

/// 0: any machine, 1: AVX2, 2: AVX-512 with byte permutations.
int32_t clanes_best(void);

/// Rows that a block has.
#define CLANES_BLOCK 64

/// One row's leaf in each tree. `leaves` has room for the trees, rounded up to a multiple of eight.
void clanes_oblivious_leaves(const clanes_oblivious *forest, const float *slots, uint16_t *leaves);
/// Adds one row's leaves to `sums`, one an output, tree after tree.
void clanes_oblivious_row(const clanes_oblivious *forest, const float *slots, double *sums);
/// The same, and adds what the leaves contribute to `shares`: by output, by player, and one more that is nobody's.
void clanes_oblivious_row_shares(const clanes_oblivious *forest, const clanes_contributions *contributions,
                                 const float *slots, double *sums, double *shares);

/// Several blocks of rows at a time. `slots` is by block, then by slot, then by row; `ranks` has room for the blocks of
/// every column, and at least of one; `sums` is by block, then by output, then by row; `shares` is by row, then by
/// output, then by player.
void clanes_oblivious_blocks(const clanes_oblivious *forest, int32_t blocks, const float *slots, uint8_t *ranks,
                             double *sums);
void clanes_oblivious_blocks_shares(const clanes_oblivious *forest, const clanes_contributions *contributions,
                                    int32_t blocks, const float *slots, uint8_t *ranks, double *sums,
                                    double *shares);

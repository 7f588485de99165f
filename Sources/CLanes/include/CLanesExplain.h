#pragma once
#include <stdint.h>

/// A tree as its explanation wants it. Whoever fills it in has checked every index: nothing is checked here.
///
/// Splits come parents first: those with a split below them, then those with two leaves. Two places belong to the
/// first kind's split number i: 1 + 2i for what is on its left and 2 + 2i for its right; place 0 is the root's.
typedef struct {
    /// A row whose slot is below it goes left.
    float threshold;
    int32_t slot, player;
    /// The place below the last split on the way that asked about the same player; 0 when none did.
    int32_t link;
    /// Which entry of `factors` counts while the row has gone the player's way so far: 1 when `link` is 0.
    int32_t factor;
    /// Its own place.
    int32_t place;
    /// How much of the training weight goes left.
    double share;
} clanes_path_split;

/// A leaf beside a split.
typedef struct {
    double value;
    int64_t place;
} clanes_path_leaf;

/// What to do next on the way through a tree: enter a split, turn to its right, leave it, take a pair of leaves or a
/// leaf. `side` is 0 when what is taken or left lies on its parent's left, otherwise 1.
enum { clanes_step_enter, clanes_step_turn, clanes_step_leave, clanes_step_pair, clanes_step_leaf };
typedef struct {
    uint8_t kind, side;
    /// Levels above.
    uint16_t depth;
    int32_t index;
} clanes_path_step;

typedef struct {
    const clanes_path_split *splits;
    /// The values of the leaves left and right of each split of the second kind.
    const double *pairs;
    const clanes_path_leaf *leaves;
    const clanes_path_step *steps;
    int32_t inner_count, pair_count, leaf_count, step_count;
} clanes_paths;

/// Points of a quadrature that are taken at once, and rows.
#define CLANES_EXPLAIN_POINTS 4
#define CLANES_EXPLAIN_ROWS 8
/// Vectors of eight rows that a level takes.
#define CLANES_EXPLAIN_FRAME 20

/// Adds one row's shares to `shares`, by player and point. `factors` has two vectors an entry, `start` one. `vectors`
/// has room for 2 + 4 · inner_count vectors of four numbers, `lefts` for inner_count, `alive` for 1 + 2 · inner_count.
void clanes_explain_row(const clanes_paths *paths, const double *factors, const double *start, const float *slots,
                        double *vectors, uint8_t *lefts, uint8_t *alive, double *shares);

/// Adds eight rows' shares to `shares`, by player and row, for the first `points` points of the four. `slots` has
/// eight values a slot. `frames` has room for CLANES_EXPLAIN_FRAME vectors of eight numbers a level and one level more,
/// `alive` for 1 + 2 · inner_count vectors.
void clanes_explain_rows(const clanes_paths *paths, int32_t points, const double *factors, const double *start,
                         const float *slots, double *frames, int64_t *alive, double *shares);

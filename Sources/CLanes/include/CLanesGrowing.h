#pragma once
#include <stdint.h>

/// Loops that grow oblivious trees. Whoever calls them has checked every index: nothing is checked here.
///
/// A row's gradient and hessian are whole numbers in one: the gradient in the high half, the hessian, never negative, in
/// the low. Such numbers are added as one, in any order with the same result, as long as neither half overflows.

/// A column's bins, by row: one byte each, or two; the other is null. A split at `bin` asks whether a row's bin is
/// above it, or, when `is_exact`, whether it is that bin.
typedef struct {
    const uint8_t *bytes;
    const uint16_t *words;
    int32_t bins;
    int32_t is_exact;
} clanes_column;

/// What makes a gain of sums: how much a whole number is worth, what is added to hessians, how much hessian both sides
/// must have, and which way the column must not turn (0: any).
typedef struct {
    double gradient_unit, hessian_unit, lambda;
    int32_t least_hessian;
    int32_t sense;
} clanes_gain;

/// Adds the sums of `count` rows into the histogram of `bins` bins.
void clanes_count(const clanes_column *column, const int32_t *rows, const int64_t *sums, int64_t count,
                  int64_t *histogram);

/// whole -= part
void clanes_subtract(int64_t *whole, const int64_t *part, int64_t count);

/// Adds to `gains`, by split, what splitting the node gains whose histogram this is. `room` is for 2 * bins numbers.
void clanes_add_gains(const int64_t *histogram, const clanes_column *column, const clanes_gain *gain, int32_t *room,
                      float *gains);

/// The best split of a column of very many bins, without histograms: `sorted` are the rows by their bin, `nodes` the
/// node of each row. `left`, `totals` and `terms` are by node; left and terms zero, totals the sums of each node.
/// Returns the gain, 0 when there is none.
double clanes_scan(const clanes_column *column, const int32_t *sorted, int64_t count, const uint16_t *nodes,
                   const int64_t *sum_of_row, const clanes_gain *gain, int64_t *left, const int64_t *totals,
                   double *terms, int32_t *best);

/// How many of the rows go right.
int64_t clanes_count_right(const clanes_column *column, int32_t bin, const int32_t *rows, int64_t count);

/// Deals the rows and their sums out: those that go left from `left` on, the others from `right` on.
void clanes_deal(const clanes_column *column, int32_t bin, const int32_t *rows, const int64_t *sums, int64_t count,
                 int32_t *rows_out, int64_t *sums_out, int64_t left, int64_t right);

/// leaves[row] |= bit << level, for the rows from `first` to `end`.
void clanes_mark(const clanes_column *column, int32_t bin, int32_t level, int64_t first, int64_t end,
                 uint16_t *leaves);

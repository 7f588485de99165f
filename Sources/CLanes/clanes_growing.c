#include "CLanesGrowing.h"
#include <string.h>

// clang-format off
#if defined(__x86_64__) && defined(__linux__)
#define FOR_EACH_MACHINE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_MACHINE
#endif
// clang-format on

// Gains must be the same bits on every machine.
#pragma STDC FP_CONTRACT OFF

#define FEW_BINS 64

static inline int32_t gradient(int64_t sum) { return (int32_t)(sum >> 32); }
static inline int32_t hessian(int64_t sum) { return (int32_t)(sum & 0x7fffffff); }

// Rows of one bin after the other would wait for one another: four take turns.
static void count_in_turns(const uint8_t *bins, int32_t bin_count, const int32_t *rows, const int64_t *sums,
                           int64_t count, int64_t *restrict histogram) {
    int64_t parts[4][FEW_BINS];
    for (int part = 0; part < 4; part++) memset(parts[part], 0, (size_t)bin_count * sizeof(int64_t));
    int64_t k = 0;
    for (; k + 4 <= count; k += 4)
        for (int part = 0; part < 4; part++) parts[part][bins[rows[k + part]]] += sums[k + part];
    for (; k < count; k++) parts[0][bins[rows[k]]] += sums[k];
    for (int32_t bin = 0; bin < bin_count; bin++)
        histogram[bin] += parts[0][bin] + parts[1][bin] + parts[2][bin] + parts[3][bin];
}

void clanes_count(const clanes_column *column, const int32_t *rows, const int64_t *sums, int64_t count,
                  int64_t *restrict histogram) {
    if (column->bytes && column->bins <= FEW_BINS && count >= 2 * column->bins) {
        count_in_turns(column->bytes, column->bins, rows, sums, count, histogram);
    } else if (column->bytes) {
        const uint8_t *bins = column->bytes;
        for (int64_t k = 0; k < count; k++) histogram[bins[rows[k]]] += sums[k];
    } else {
        const uint16_t *bins = column->words;
        for (int64_t k = 0; k < count; k++) histogram[bins[rows[k]]] += sums[k];
    }
}

FOR_EACH_MACHINE
void clanes_subtract(int64_t *restrict whole, const int64_t *restrict part, int64_t count) {
    for (int64_t k = 0; k < count; k++) whole[k] -= part[k];
}

// What the right side of each split holds, halves apart; returns the number of splits.
static int32_t right_sides(const int64_t *histogram, const clanes_column *column, int32_t *restrict gradients,
                           int32_t *restrict hessians, int64_t *total) {
    int64_t sum = 0;
    if (column->is_exact) {
        for (int32_t k = 0; k < column->bins; k++) {
            gradients[k] = gradient(histogram[k]);
            hessians[k] = hessian(histogram[k]);
            sum += histogram[k];
        }
        *total = sum;
        return column->bins;
    }
    for (int32_t k = column->bins - 1; k > 0; k--) {
        sum += histogram[k];
        gradients[k - 1] = gradient(sum);
        hessians[k - 1] = hessian(sum);
    }
    *total = sum + histogram[0];
    return column->bins - 1;
}

FOR_EACH_MACHINE
void clanes_add_gains(const int64_t *histogram, const clanes_column *column, const clanes_gain *gain,
                      int32_t *restrict room, float *restrict gains) {
    int32_t *restrict gradients = room, *restrict hessians = room + column->bins;
    int64_t total;
    int32_t splits = right_sides(histogram, column, gradients, hessians, &total);
    float g = (float)gain->gradient_unit, h = (float)gain->hessian_unit, lambda = (float)gain->lambda;
    int32_t least = gain->least_hessian, all_hessian = hessian(total), all_gradient = gradient(total);
    if (all_hessian < 2 * least) return;
    float whole_gradient = g * (float)all_gradient;
    float whole = whole_gradient * whole_gradient / (h * (float)all_hessian + lambda);
    if (gain->sense == 0) {
        for (int32_t k = 0; k < splits; k++) {
            float right = g * (float)gradients[k], left = g * (float)(all_gradient - gradients[k]);
            float below = h * (float)hessians[k] + lambda, other = h * (float)(all_hessian - hessians[k]) + lambda;
            float won = right * right / below + left * left / other - whole;
            gains[k] += hessians[k] >= least && all_hessian - hessians[k] >= least ? won : 0;
        }
        return;
    }
    float sense = (float)gain->sense;
    for (int32_t k = 0; k < splits; k++) {
        float right = g * (float)gradients[k], left = g * (float)(all_gradient - gradients[k]);
        float below = h * (float)hessians[k] + lambda, other = h * (float)(all_hessian - hessians[k]) + lambda;
        float won = right * right / below + left * left / other - whole;
        // The right side's value may not lie on the wrong side of the left one's.
        int is_allowed = sense * (right / below - left / other) >= 0;
        gains[k] += is_allowed && hessians[k] >= least && all_hessian - hessians[k] >= least ? won : 0;
    }
}

static inline double node_gain(int64_t left, int64_t total, const clanes_gain *gain) {
    int64_t right = total - left;
    if (hessian(left) < gain->least_hessian || hessian(right) < gain->least_hessian) return 0;
    double g = gain->gradient_unit * gradient(left), h = gain->hessian_unit * hessian(left) + gain->lambda;
    double other = gain->gradient_unit * gradient(right), weight = gain->hessian_unit * hessian(right) + gain->lambda;
    if (gain->sense != 0 && gain->sense * (other / weight - g / h) < 0) return 0;
    double all = g + other;
    return g * g / h + other * other / weight - all * all / (h + weight - gain->lambda);
}

double clanes_scan(const clanes_column *column, const int32_t *sorted, int64_t count, const uint16_t *nodes,
                   const int64_t *sum_of_row, const clanes_gain *gain, int64_t *restrict left,
                   const int64_t *restrict totals, double *restrict terms, int32_t *best) {
    double sum = 0, most = 0;
    int32_t bin = column->words[sorted[0]];
    *best = -1;
    for (int64_t k = 0; k < count; k++) {
        int32_t row = sorted[k];
        int64_t value = sum_of_row[row];
        if (value == 0) continue;
        int32_t next = column->words[row];
        if (next != bin) {
            // All rows up to `bin` are on the left now.
            if (sum > most) {
                most = sum;
                *best = bin;
            }
            bin = next;
        }
        uint16_t node = nodes[row];
        left[node] += value;
        double term = node_gain(left[node], totals[node], gain);
        sum += term - terms[node];
        terms[node] = term;
    }
    return most;
}

#define GOES_RIGHT(bins, row) (is_exact ? bins[row] == bin : bins[row] > bin)

int64_t clanes_count_right(const clanes_column *column, int32_t bin, const int32_t *rows, int64_t count) {
    int64_t right = 0;
    int32_t is_exact = column->is_exact;
    if (column->bytes)
        for (int64_t k = 0; k < count; k++) right += GOES_RIGHT(column->bytes, rows[k]);
    else
        for (int64_t k = 0; k < count; k++) right += GOES_RIGHT(column->words, rows[k]);
    return right;
}

void clanes_deal(const clanes_column *column, int32_t bin, const int32_t *rows, const int64_t *sums, int64_t count,
                 int32_t *restrict rows_out, int64_t *restrict sums_out, int64_t left, int64_t right) {
    int32_t is_exact = column->is_exact;
    int64_t next[2] = {left, right};
    for (int64_t k = 0; k < count; k++) {
        int32_t row = rows[k];
        int goes_right = column->bytes ? GOES_RIGHT(column->bytes, row) : GOES_RIGHT(column->words, row);
        int64_t place = next[goes_right]++;
        rows_out[place] = row;
        sums_out[place] = sums[k];
    }
}

FOR_EACH_MACHINE
void clanes_mark(const clanes_column *column, int32_t bin, int32_t level, int64_t first, int64_t end,
                 uint16_t *restrict leaves) {
    uint16_t bit = (uint16_t)(1u << level);
    if (column->bytes) {
        const uint8_t *bins = column->bytes;
        if (column->is_exact)
            for (int64_t k = first; k < end; k++) leaves[k] |= bins[k] == bin ? bit : 0;
        else
            for (int64_t k = first; k < end; k++) leaves[k] |= bins[k] > bin ? bit : 0;
    } else {
        const uint16_t *bins = column->words;
        if (column->is_exact)
            for (int64_t k = first; k < end; k++) leaves[k] |= bins[k] == bin ? bit : 0;
        else
            for (int64_t k = first; k < end; k++) leaves[k] |= bins[k] > bin ? bit : 0;
    }
}

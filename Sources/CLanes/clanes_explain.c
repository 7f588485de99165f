#include "CLanesExplain.h"

// Sums must be the same bits on every machine.
#pragma STDC FP_CONTRACT OFF

#if defined(__x86_64__) && defined(__ELF__)
#define EVERY_LEVEL __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define EVERY_LEVEL
#endif
#define INLINE static inline __attribute__((always_inline))

typedef double four __attribute__((vector_size(32)));

// What the lines below compute, and why, is told in docs/shap.md: a weight flows down through `above`, a value flows
// up through `below`, and where both meet a split's player gets its share. Choices are made by arithmetic: a branch
// would be mispredicted at every other split.
EVERY_LEVEL
void clanes_explain_row(const clanes_paths *paths, const double *factors, const double *start, const float *slots,
                        double *vectors, uint8_t *lefts, uint8_t *alive, double *shares) {
    const clanes_path_split *splits = paths->splits;
    const int64_t inner = paths->inner_count, all = inner + paths->pair_count;
    const four *factor = (const four *)factors;
    four *above = (four *)vectors, *below = above + 1 + 2 * inner, *share = (four *)shares;

    above[0] = *(const four *)start;
    alive[0] = 1;
    for (int64_t i = 0; i < inner; i++) {
        const clanes_path_split *split = splits + i;
        int left = slots[split->slot] < split->threshold, is_alive = alive[split->link];
        alive[1 + 2 * i] = is_alive & left;
        alive[2 + 2 * i] = is_alive & !left;
        lefts[i] = left;
        four to_left = left - factor[2 * (split->factor & -is_alive)] * (left - split->share);
        four weight = above[split->place];
        four on_left = weight * to_left;
        above[1 + 2 * i] = on_left;
        above[2 + 2 * i] = weight - on_left;
    }
    for (int64_t i = 0; i < paths->leaf_count; i++) below[paths->leaves[i].place] = (four){} + paths->leaves[i].value;
    for (int64_t i = inner; i < all; i++) {
        const clanes_path_split *split = splits + i;
        const double *pair = paths->pairs + 2 * (i - inner);
        int left = slots[split->slot] < split->threshold;
        const four *entry = factor + 2 * (split->factor & -alive[split->link]);
        four loss = entry[0] * ((left - split->share) * (pair[0] - pair[1]));
        below[split->place] = pair[!left] - loss;
        share[split->player] += above[split->place] * loss * entry[1];
    }
    for (int64_t i = inner; i-- > 0;) {
        const clanes_path_split *split = splits + i;
        const four *entry = factor + 2 * (split->factor & -alive[split->link]), *children = below + 1 + 2 * i;
        four loss = entry[0] * (lefts[i] - split->share) * (children[0] - children[1]);
        below[split->place] = children[!lefts[i]] - loss;
        share[split->player] += above[split->place] * loss * entry[1];
    }
}

typedef double rows __attribute__((vector_size(64)));
typedef int64_t marks __attribute__((vector_size(64)));
typedef float row_slots __attribute__((vector_size(32)));
typedef int32_t row_marks __attribute__((vector_size(32)));

// Macros, because a function that takes such vectors has another calling convention on every level.
#define ALL(number) ((rows){number, number, number, number, number, number, number, number})
#define WHERE(marked, value) ((rows)((marked) & (marks)(value)))
#define PICK(marked, value, other) ((rows)(((marked) & (marks)(value)) | (~(marked) & (marks)(other))))

// Where a level of the tree keeps its vectors, each of up to four points.
enum { ABOVE = 0, TO_LEFT = 4, LOSING = 8, BELOW = 12 };

INLINE void explain_rows(const int points, const clanes_paths *paths, const double *factors, const double *start,
                         const float *slots, rows *frames, marks *alive, rows *shares) {
    for (int k = 0; k < points; k++) frames[ABOVE + k] = ALL(start[k]);
    alive[0] = ~(marks){};
    const clanes_path_step *end = paths->steps + paths->step_count;
    for (const clanes_path_step *step = paths->steps; step < end; step++) {
        const clanes_path_split *split = paths->splits + step->index;
        rows *frame = frames + CLANES_EXPLAIN_FRAME * (int64_t)step->depth, *next = frame + CLANES_EXPLAIN_FRAME;
        // What flows up goes to the level above, and to the first level itself from the root, where nobody reads it.
        rows *up = (step->depth ? frame - CLANES_EXPLAIN_FRAME : next) + BELOW + 4 * step->side;
        switch (step->kind) {
        case clanes_step_enter: {
            row_marks below = *(const row_slots *)(slots + 8 * (int64_t)split->slot) < split->threshold;
            marks left = __builtin_convertvector(below, marks);
            rows one = WHERE(left, ALL(1.0)), sign = one - split->share;
            const double *entry = factors + 8 * (int64_t)split->factor;
            marks *children = alive + 1 + 2 * (int64_t)step->index;
            if (split->link == 0) {
                children[0] = left;
                children[1] = ~left;
                for (int k = 0; k < points; k++) {
                    rows u = sign * entry[k];
                    frame[TO_LEFT + k] = one - u;
                    frame[LOSING + k] = frame[ABOVE + k] * u;
                    next[ABOVE + k] = frame[ABOVE + k] * (one - u);
                }
            } else {
                marks is_alive = alive[split->link];
                children[0] = left & is_alive;
                children[1] = ~left & is_alive;
                for (int k = 0; k < points; k++) {
                    rows u = sign * PICK(is_alive, ALL(entry[k]), ALL(1.0));
                    frame[TO_LEFT + k] = one - u;
                    frame[LOSING + k] = frame[ABOVE + k] * u * WHERE(is_alive, ALL(entry[4 + k]));
                    next[ABOVE + k] = frame[ABOVE + k] * (one - u);
                }
            }
            break;
        }
        case clanes_step_turn:
            for (int k = 0; k < points; k++) next[ABOVE + k] = frame[ABOVE + k] - next[ABOVE + k];
            break;
        case clanes_step_leave: {
            rows share = shares[split->player];
            for (int k = 0; k < points; k++) {
                rows right = frame[BELOW + 4 + k], difference = frame[BELOW + k] - right;
                up[k] = right + frame[TO_LEFT + k] * difference;
                share += frame[LOSING + k] * difference;
            }
            shares[split->player] = share;
            break;
        }
        case clanes_step_pair: {
            const double *pair = paths->pairs + 2 * (int64_t)(step->index - paths->inner_count);
            row_marks below = *(const row_slots *)(slots + 8 * (int64_t)split->slot) < split->threshold;
            marks left = __builtin_convertvector(below, marks);
            rows scale = (WHERE(left, ALL(1.0)) - split->share) * (pair[0] - pair[1]);
            rows own = PICK(left, ALL(pair[0]), ALL(pair[1])), share = shares[split->player];
            const double *entry = factors + 8 * (int64_t)split->factor;
            if (split->link == 0) {
                for (int k = 0; k < points; k++) {
                    rows loss = scale * entry[k];
                    up[k] = own - loss;
                    share += frame[ABOVE + k] * loss;
                }
            } else {
                marks is_alive = alive[split->link];
                for (int k = 0; k < points; k++) {
                    rows loss = scale * PICK(is_alive, ALL(entry[k]), ALL(1.0));
                    up[k] = own - loss;
                    share += frame[ABOVE + k] * loss * WHERE(is_alive, ALL(entry[4 + k]));
                }
            }
            shares[split->player] = share;
            break;
        }
        default:
            for (int k = 0; k < points; k++) up[k] = ALL(paths->leaves[step->index].value);
        }
    }
}

EVERY_LEVEL
void clanes_explain_rows(const clanes_paths *paths, int32_t points, const double *factors, const double *start,
                         const float *slots, double *frames, int64_t *alive, double *shares) {
    rows *f = (rows *)frames, *s = (rows *)shares;
    marks *a = (marks *)alive;
    // The number of points is a constant in each, so that their loops are unrolled.
    switch (points) {
    case 1: explain_rows(1, paths, factors, start, slots, f, a, s); break;
    case 2: explain_rows(2, paths, factors, start, slots, f, a, s); break;
    case 3: explain_rows(3, paths, factors, start, slots, f, a, s); break;
    default: explain_rows(4, paths, factors, start, slots, f, a, s);
    }
}

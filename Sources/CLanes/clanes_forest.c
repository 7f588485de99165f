#include "CLanesForest.h"

// clang-format off
#if defined(__x86_64__) && defined(__linux__)
#define FOR_EACH_MACHINE __attribute__((target_clones("avx2", "default")))
#else
#define FOR_EACH_MACHINE
#endif
// clang-format on

#define ROWS CLANES_ROWS

typedef uint8_t row_bytes __attribute__((vector_size(ROWS)));

FOR_EACH_MACHINE
void clanes_rank(const float *values, const float *thresholds, uint32_t steps, uint8_t *planes, uint32_t plane_count) {
    uint32_t rank[ROWS];
    for (int row = 0; row < ROWS; row++) rank[row] = 0;
    for (uint32_t step = steps ? 1u << (steps - 1) : 0; step > 0; step >>= 1)
        for (int row = 0; row < ROWS; row++) rank[row] += thresholds[rank[row] + step - 1] <= values[row] ? step : 0;
    for (uint32_t plane = 0; plane < plane_count; plane++)
        for (int row = 0; row < ROWS; row++) {
            uint32_t below = 255 * plane;
            uint32_t above = rank[row] > below ? rank[row] - below : 0;
            planes[plane * ROWS + row] = above < 255 ? above : 255;
        }
}

// Which leaf each row comes to, counted from the left. All questions are asked of all rows: a mask says which rows come
// to a question, and of these, those that go right pass over the left subtree's leaves.
static inline __attribute__((always_inline)) void number_leaves(
    const clanes_node *nodes, uint32_t count, const row_bytes *planes, row_bytes *reach, row_bytes *found) {
    row_bytes number = {0};
    reach[0] = ~number;
    for (uint32_t k = 0; k < count; k++) {
        clanes_node node = nodes[k];
        row_bytes here = reach[k];
        row_bytes threshold = node.threshold - (row_bytes){0}, skip = node.skip - (row_bytes){0};
        row_bytes right = (row_bytes)(planes[node.plane] >= threshold) & here;
        number += right & skip;
        reach[node.left] = here & ~right;
        reach[node.right] = right;
    }
    *found = number;
}

FOR_EACH_MACHINE
void clanes_add_singles(
    const clanes_tree *trees, size_t tree_count, const clanes_node *nodes, const float *leaves, const uint8_t *planes,
    uint8_t *reach, float *sums) {
    for (size_t k = 0; k < tree_count; k++) {
        clanes_tree tree = trees[k];
        union {
            row_bytes all;
            uint8_t of[ROWS];
        } number;
        number_leaves(
            nodes + tree.node, tree.node_count, (const row_bytes *)planes, (row_bytes *)reach, &number.all);
        const float *value = leaves + tree.leaf;
        float *sum = sums + (size_t)tree.output * ROWS;
        for (int row = 0; row < ROWS; row++) sum[row] += value[number.of[row]];
    }
}

FOR_EACH_MACHINE
void clanes_add_doubles(
    const clanes_tree *trees, size_t tree_count, const clanes_node *nodes, const double *leaves, const uint8_t *planes,
    uint8_t *reach, double *sums) {
    for (size_t k = 0; k < tree_count; k++) {
        clanes_tree tree = trees[k];
        union {
            row_bytes all;
            uint8_t of[ROWS];
        } number;
        number_leaves(
            nodes + tree.node, tree.node_count, (const row_bytes *)planes, (row_bytes *)reach, &number.all);
        const double *value = leaves + tree.leaf;
        double *sum = sums + (size_t)tree.output * ROWS;
        for (int row = 0; row < ROWS; row++) sum[row] += value[number.of[row]];
    }
}

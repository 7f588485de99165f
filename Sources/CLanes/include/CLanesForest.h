#ifndef CLANES_FOREST_H
#define CLANES_FOREST_H

#include <stddef.h>
#include <stdint.h>

// Kernels that treat 64 rows at once, one a byte. Each is compiled for several instruction sets; which is used is
// decided when the program starts.

#define CLANES_ROWS 64

// A question to 64 rows: is the byte of this plane at least the threshold? Then the row goes right. 8 bytes.
typedef struct {
    uint16_t plane;
    uint8_t threshold;
    // Leaves in the left subtree: a row that goes right passes over them.
    uint8_t skip;
    // Positions of the children among the tree's questions; for a leaf, the tree's number of questions.
    uint16_t left, right;
} clanes_node;

typedef struct {
    uint32_t node, node_count;
    uint32_t leaf;
    uint32_t output;
} clanes_tree;

// Puts into `planes` how many of the thresholds, ascending and without their own padding, each of 64 values has
// reached: in one plane the first 255, in the next the next 255 and so on. `thresholds` holds 2^steps - 1 numbers, the
// last ones NaN.
void clanes_rank(const float *values, const float *thresholds, uint32_t steps, uint8_t *planes, uint32_t plane_count);

// Adds each tree's leaf to the sums of its output: 64 sums an output. `reach` is room for one more vector of 64 bytes,
// aligned to 64, than the largest tree has questions. Trees have at most 256 leaves.
void clanes_add_singles(
    const clanes_tree *trees, size_t tree_count, const clanes_node *nodes, const float *leaves, const uint8_t *planes,
    uint8_t *reach, float *sums);
void clanes_add_doubles(
    const clanes_tree *trees, size_t tree_count, const clanes_node *nodes, const double *leaves, const uint8_t *planes,
    uint8_t *reach, double *sums);

#endif

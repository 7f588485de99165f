#pragma once
#include <stdint.h>

/// What a key is multiplied by for each of its elements.
#define CLANES_KEY_FACTOR 0x4906ba494954cb65ULL
/// No key: lines are filled up with it.
#define CLANES_NO_KEY 0xffffffffffffffffULL
/// Keys of a line, and bytes of a key: what is known of it.
#define CLANES_LINE_KEYS 4
#define CLANES_KEY_BYTES 8

/// A table of keys: where its lines begin, how many they are; where the numbers of its key's elements begin, how many
/// they are; how many of a key's bytes mean something.
///
/// A line is eight words, one cache line: four keys, then their bytes. A key lies in the line that its upper half says,
/// or, where lines are full, behind it, the first line coming after the last. Keys come first in a line; behind them
/// come CLANES_NO_KEY and the bytes of all that is not found. There is one at least in a table.
typedef struct {
    int64_t first_line;
    uint32_t lines;
    int32_t first_element, elements;
    int32_t slots;
} clanes_statistics_table;

/// The line in which a key is looked for first.
static inline uint32_t clanes_statistics_line(uint64_t key, uint32_t lines) {
    return (uint32_t)((key >> 32) * lines >> 32);
}

/// The tables' bytes for a row, one after the other, as floats. `values` is what the row has for each element; `count`
/// the tables' number, and `slots` that of all their bytes. `lines` lies on a cache line.
void clanes_statistics(const clanes_statistics_table *tables, int32_t count, int32_t slots, const int32_t *elements,
                       const uint64_t *lines, const uint64_t *values, float *out);

#include "CLanesStatistics.h"
#include <string.h>

// clang-format off
#if defined(__x86_64__) && defined(__linux__)
#define FOR_EACH_MACHINE __attribute__((target_clones("avx2", "default")))
#else
#define FOR_EACH_MACHINE
#endif
// clang-format on

enum { line_words = 2 * CLANES_LINE_KEYS };

// The bytes of the key, or of what is not found.
static inline const uint64_t *bytes_of(uint64_t key, const uint64_t *lines, uint32_t count, uint32_t place) {
    for (;;) {
        const uint64_t *line = lines + (uint64_t)place * line_words;
        unsigned ends = 0;
#pragma clang loop unroll(full)
        for (unsigned k = 0; k < CLANES_LINE_KEYS; k++)
            ends |= (unsigned)((line[k] == key) | (line[k] == CLANES_NO_KEY)) << k;
        if (ends) return line + CLANES_LINE_KEYS + __builtin_ctz(ends);
        place = place + 1 < count ? place + 1 : 0;
    }
}

FOR_EACH_MACHINE
void clanes_statistics(const clanes_statistics_table *tables, int32_t count, int32_t slots, const int32_t *elements,
                       const uint64_t *lines, const uint64_t *values, float *out) {
    enum { part = 256 };
    uint64_t keys[part];
    const float *end = out + slots;
    for (; count > 0; tables += part, count -= part) {
        int32_t here = count < part ? count : part;
        // All first lines are asked for before any is looked at: memory then answers many questions at a time.
        for (int32_t t = 0; t < here; t++) {
            const int32_t *element = elements + tables[t].first_element;
            uint64_t key = 0;
            for (int32_t k = 0; k < tables[t].elements; k++)
                key = CLANES_KEY_FACTOR * (key + CLANES_KEY_FACTOR * values[element[k]]);
            keys[t] = key;
            uint32_t place = clanes_statistics_line(key, tables[t].lines);
            __builtin_prefetch(lines + (tables[t].first_line + place) * line_words);
        }
        for (int32_t t = 0; t < here; t++) {
            uint32_t place = clanes_statistics_line(keys[t], tables[t].lines);
            const uint64_t *found =
                bytes_of(keys[t], lines + tables[t].first_line * line_words, tables[t].lines, place);
            uint8_t bytes[CLANES_KEY_BYTES];
            memcpy(bytes, found, sizeof bytes);
            // All eight at once: what is too much, the next table overwrites.
            if (end - out >= CLANES_KEY_BYTES)
                for (int k = 0; k < CLANES_KEY_BYTES; k++) out[k] = bytes[k];
            else
                for (int32_t k = 0; k < tables[t].slots; k++) out[k] = bytes[k];
            out += tables[t].slots;
        }
    }
}

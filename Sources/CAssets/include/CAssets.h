// Files that the executable carries with it.
#ifndef CASSETS_H
#define CASSETS_H
#include <stddef.h>

typedef struct {
    const unsigned char *bytes;
    size_t size;
} cassets_file;

cassets_file cassets_stylesheet(void);
cassets_file cassets_icon(void);
cassets_file cassets_swagger_start(void);
#endif

// Text set in lines and printed on pages of a PDF, through pango and cairo behind plain C: GLib's headers and rules of
// ownership stay on the other side. All measures are points, from the upper left corner.
#ifndef CTYPESET_H
#define CTYPESET_H
#include <stddef.h>
#include <stdint.h>

typedef struct ctypeset_fonts ctypeset_fonts;
typedef struct ctypeset_text ctypeset_text;
typedef struct ctypeset_print ctypeset_print;

// Only these files' fonts, whatever else is installed. NULL when one is no font. Used by one thread at a time.
ctypeset_fonts *ctypeset_fonts_open(const char *const *paths, size_t count);
void ctypeset_fonts_close(ctypeset_fonts *fonts);
int ctypeset_fonts_have(ctypeset_fonts *fonts, const char *family);

// How the text looks up to byte `end`, from where the run before it ends.
typedef struct {
    size_t end;
    const char *family;
    double size;
    int is_bold, is_italic;
    uint32_t colour;  // 0xRRGGBB
    double tracking;  // between letters
} ctypeset_run;

typedef enum { CTYPESET_LEFT, CTYPESET_CENTRE, CTYPESET_RIGHT, CTYPESET_JUSTIFIED } ctypeset_placement;

// Sets valid UTF-8 without NUL into lines of that width, broken within words that are wider; `leading` is a factor on the
// distance of lines. It is freed before its fonts.
ctypeset_text *ctypeset_text_set(ctypeset_fonts *fonts, const char *text, size_t length, const ctypeset_run *runs,
                                 size_t count, double width, ctypeset_placement placement, double leading);
void ctypeset_text_free(ctypeset_text *text);
size_t ctypeset_text_line_count(const ctypeset_text *text);
// Where each line ends, and the next one begins; at most `count` of them.
void ctypeset_text_bottoms(const ctypeset_text *text, double *bottoms, size_t count);
// The widest line.
double ctypeset_text_width(const ctypeset_text *text);

typedef struct {
    double x, y, width, height;
} ctypeset_box;

// Begins a file, with what it says of itself; `created` is RFC 3339, and nothing in the file tells of another time. NULL
// when memory is lacking.
ctypeset_print *ctypeset_print_begin(double width, double height, const char *created, const char *creator,
                                     const char *title, const char *author, const char *subject,
                                     const char *keywords);
void ctypeset_print_lines(ctypeset_print *print, const ctypeset_text *text, size_t first, size_t count, double x,
                          double y);
// The whole text around a point, turned by `angle` radians against the clock.
void ctypeset_print_turned(ctypeset_print *print, const ctypeset_text *text, double x, double y, double angle);
void ctypeset_print_boxes(ctypeset_print *print, const ctypeset_box *boxes, size_t count, uint32_t colour);
void ctypeset_print_end_page(ctypeset_print *print);
// Ends the file and frees `print`. The bytes are the caller's, for ctypeset_free; NULL when something failed.
uint8_t *ctypeset_print_finish(ctypeset_print *print, size_t *count);
void ctypeset_free(void *memory);

#endif

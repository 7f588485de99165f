// PDF through poppler and cairo, behind plain C: GLib's headers and rules of ownership stay on the other side.
#ifndef CPDF_H
#define CPDF_H
#include <stddef.h>
#include <stdint.h>

typedef struct cpdf_document cpdf_document;
typedef struct cpdf_page cpdf_page;

typedef enum { CPDF_OPENED, CPDF_BROKEN, CPDF_ENCRYPTED } cpdf_outcome;

// In points, from the upper left corner of the page as it is shown.
typedef struct {
    double left, top, right, bottom;
} cpdf_box;

// NULL with the reason in `outcome`. The bytes are copied.
cpdf_document *cpdf_open(const void *bytes, size_t length, cpdf_outcome *outcome);
void cpdf_close(cpdf_document *document);
int cpdf_page_count(const cpdf_document *document);

// NULL when the page cannot be had. It is closed before its document.
cpdf_page *cpdf_page_open(cpdf_document *document, int index);
void cpdf_page_close(cpdf_page *page);
// As it is shown, its rotation included.
void cpdf_page_size(cpdf_page *page, double *width, double *height);

// The text as UTF-8 and a box for each of its characters; both belong to the caller, who frees them. 0 when there is
// none.
size_t cpdf_page_text(cpdf_page *page, char **text, cpdf_box **boxes);
void cpdf_free(void *memory);

// The place of the page's largest image; 0 without any.
int cpdf_page_largest_image(cpdf_page *page, cpdf_box *place);

// Paints the page on white: `width` times `height` words 0xRRGGBBff, row after row. 0 when it fails.
int cpdf_page_render(cpdf_page *page, int width, int height, uint32_t *pixels);

#endif

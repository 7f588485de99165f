#include "ctypeset_objects.h"

#include <stdlib.h>
#include <string.h>

struct ctypeset_print {
    cairo_surface_t *surface;
    cairo_t *context;
    uint8_t *bytes;
    size_t count, room;
};

static cairo_status_t take(void *closure, const unsigned char *data, unsigned int length) {
    ctypeset_print *print = closure;
    if (print->room - print->count < length) {
        size_t room = print->room * 2 + length;
        uint8_t *bytes = realloc(print->bytes, room);
        if (!bytes) return CAIRO_STATUS_WRITE_ERROR;
        print->bytes = bytes;
        print->room = room;
    }
    memcpy(print->bytes + print->count, data, length);
    print->count += length;
    return CAIRO_STATUS_SUCCESS;
}

ctypeset_print *ctypeset_print_begin(double width, double height, const char *created, const char *creator,
                                     const char *title, const char *author, const char *subject,
                                     const char *keywords) {
    ctypeset_print *print = calloc(1, sizeof *print);
    if (!print) return NULL;
    print->surface = cairo_pdf_surface_create_for_stream(take, print, width, height);
    cairo_pdf_surface_restrict_to_version(print->surface, CAIRO_PDF_VERSION_1_5);
    // Otherwise cairo writes the present time, and no two files are alike.
    cairo_pdf_surface_set_metadata(print->surface, CAIRO_PDF_METADATA_CREATE_DATE, created);
    cairo_pdf_surface_set_metadata(print->surface, CAIRO_PDF_METADATA_CREATOR, creator);
    cairo_pdf_surface_set_metadata(print->surface, CAIRO_PDF_METADATA_TITLE, title);
    cairo_pdf_surface_set_metadata(print->surface, CAIRO_PDF_METADATA_AUTHOR, author);
    cairo_pdf_surface_set_metadata(print->surface, CAIRO_PDF_METADATA_SUBJECT, subject);
    cairo_pdf_surface_set_metadata(print->surface, CAIRO_PDF_METADATA_KEYWORDS, keywords);
    print->context = cairo_create(print->surface);
    return print;
}

void ctypeset_print_lines(ctypeset_print *print, const ctypeset_text *text, size_t first, size_t count, double x,
                          double y) {
    PangoLayoutIter *iterator = pango_layout_get_iter(layout_of(text));
    size_t line = 0;
    while (line < first && pango_layout_iter_next_line(iterator)) line++;
    int top = 0, bottom = 0;
    pango_layout_iter_get_line_yrange(iterator, &top, &bottom);
    cairo_set_source_rgb(print->context, 0, 0, 0);
    for (; line < first + count; line++) {
        PangoRectangle extents;
        pango_layout_iter_get_line_extents(iterator, NULL, &extents);
        int baseline = pango_layout_iter_get_baseline(iterator);
        cairo_move_to(print->context, x + (double)extents.x / PANGO_SCALE,
                      y + (double)(baseline - top) / PANGO_SCALE);
        pango_cairo_show_layout_line(print->context, pango_layout_iter_get_line_readonly(iterator));
        if (!pango_layout_iter_next_line(iterator)) break;
    }
    pango_layout_iter_free(iterator);
}

void ctypeset_print_turned(ctypeset_print *print, const ctypeset_text *text, double x, double y, double angle) {
    PangoRectangle extents;
    pango_layout_get_extents(layout_of(text), NULL, &extents);
    cairo_save(print->context);
    cairo_translate(print->context, x, y);
    cairo_rotate(print->context, -angle);
    cairo_move_to(print->context, -(extents.x + extents.width / 2.0) / PANGO_SCALE,
                  -(extents.y + extents.height / 2.0) / PANGO_SCALE);
    pango_cairo_show_layout(print->context, layout_of(text));
    cairo_restore(print->context);
}

void ctypeset_print_boxes(ctypeset_print *print, const ctypeset_box *boxes, size_t count, uint32_t colour) {
    cairo_set_source_rgb(print->context, (colour >> 16 & 0xff) / 255.0, (colour >> 8 & 0xff) / 255.0,
                         (colour & 0xff) / 255.0);
    for (size_t k = 0; k < count; k++)
        cairo_rectangle(print->context, boxes[k].x, boxes[k].y, boxes[k].width, boxes[k].height);
    cairo_fill(print->context);
}

void ctypeset_print_end_page(ctypeset_print *print) { cairo_show_page(print->context); }

uint8_t *ctypeset_print_finish(ctypeset_print *print, size_t *count) {
    int is_whole = cairo_status(print->context) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(print->context);
    cairo_surface_finish(print->surface);
    is_whole = is_whole && cairo_surface_status(print->surface) == CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(print->surface);
    uint8_t *bytes = print->bytes;
    *count = print->count;
    free(print);
    if (is_whole) return bytes;
    free(bytes);
    return NULL;
}

void ctypeset_free(void *memory) { free(memory); }

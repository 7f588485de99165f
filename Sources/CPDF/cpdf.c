#include "CPDF.h"
#include <cairo.h>
#include <math.h>
#include <poppler.h>
#include <stdlib.h>
#include <string.h>

// The opaque types of the header are poppler's own objects.
static PopplerDocument *of_document(const cpdf_document *document) { return (PopplerDocument *)document; }
static PopplerPage *of_page(cpdf_page *page) { return (PopplerPage *)page; }

cpdf_document *cpdf_open(const void *bytes, size_t length, cpdf_outcome *outcome) {
    GBytes *copy = g_bytes_new(bytes, length);
    GError *failure = NULL;
    PopplerDocument *document = poppler_document_new_from_bytes(copy, NULL, &failure);
    g_bytes_unref(copy);
    *outcome = document                                                                ? CPDF_OPENED
               : g_error_matches(failure, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED) ? CPDF_ENCRYPTED
                                                                                       : CPDF_BROKEN;
    g_clear_error(&failure);
    return (cpdf_document *)document;
}

void cpdf_close(cpdf_document *document) { g_object_unref(of_document(document)); }
int cpdf_page_count(const cpdf_document *document) { return poppler_document_get_n_pages(of_document(document)); }

cpdf_page *cpdf_page_open(cpdf_document *document, int index) {
    return (cpdf_page *)poppler_document_get_page(of_document(document), index);
}
void cpdf_page_close(cpdf_page *page) { g_object_unref(of_page(page)); }
void cpdf_page_size(cpdf_page *page, double *width, double *height) {
    poppler_page_get_size(of_page(page), width, height);
}

size_t cpdf_page_text(cpdf_page *page, char **text, cpdf_box **boxes) {
    char *own = poppler_page_get_text(of_page(page));
    PopplerRectangle *places = NULL;
    guint count = 0;
    gboolean found = own && poppler_page_get_text_layout(of_page(page), &places, &count) && count > 0;
    *text = found ? strdup(own) : NULL;
    *boxes = found ? malloc(count * sizeof **boxes) : NULL;
    found = found && *text && *boxes;
    for (guint k = 0; found && k < count; k++) {
        // Text that is turned has its corners the other way round.
        PopplerRectangle place = places[k];
        (*boxes)[k] = (cpdf_box){fmin(place.x1, place.x2), fmin(place.y1, place.y2), fmax(place.x1, place.x2),
                                 fmax(place.y1, place.y2)};
    }
    g_free(places);
    g_free(own);
    if (found) return count;
    free(*text);
    free(*boxes);
    *text = NULL;
    *boxes = NULL;
    return 0;
}

void cpdf_free(void *memory) { free(memory); }

int cpdf_page_largest_image(cpdf_page *page, cpdf_box *place) {
    GList *images = poppler_page_get_image_mapping(of_page(page));
    double largest = 0;
    int identity = -1;
    for (GList *next = images; next; next = next->next) {
        PopplerImageMapping *image = next->data;
        PopplerRectangle box = image->area;
        double area = (box.x2 - box.x1) * (box.y2 - box.y1);
        if (area <= largest) continue;
        largest = area;
        identity = image->image_id;
        *place = (cpdf_box){box.x1, box.y1, box.x2, box.y2};
    }
    poppler_page_free_image_mapping(images);
    return identity >= 0;
}

int cpdf_page_render(cpdf_page *page, int width, int height, uint32_t *pixels) {
    double points_wide, points_high;
    poppler_page_get_size(of_page(page), &points_wide, &points_high);
    // A row of RGB24 is a word a pixel, without padding.
    cairo_surface_t *surface = cairo_image_surface_create_for_data(
        (unsigned char *)pixels, CAIRO_FORMAT_RGB24, width, height, width * (int)sizeof *pixels);
    cairo_t *context = cairo_create(surface);
    cairo_set_source_rgb(context, 1, 1, 1);
    cairo_paint(context);
    cairo_scale(context, width / points_wide, height / points_high);
    poppler_page_render(of_page(page), context);
    int is_painted = cairo_status(context) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(context);
    cairo_surface_finish(surface);
    is_painted = is_painted && cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(surface);
    for (size_t k = 0; k < (size_t)width * (size_t)height; k++) pixels[k] = pixels[k] << 8 | 0xff;
    return is_painted;
}

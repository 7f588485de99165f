#include "ctypeset_objects.h"

#include <stdlib.h>

struct ctypeset_fonts {
    PangoFontMap *map;
    PangoContext *context;
};

ctypeset_fonts *ctypeset_fonts_open(const char *const *paths, size_t count) {
    FcConfig *config = FcConfigCreate();
    if (!config) return NULL;
    for (size_t k = 0; k < count; k++) {
        if (FcConfigAppFontAddFile(config, (const FcChar8 *)paths[k])) continue;
        FcConfigDestroy(config);
        return NULL;
    }
    ctypeset_fonts *fonts = malloc(sizeof *fonts);
    if (!fonts) abort();
    fonts->map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(fonts->map), config);
    FcConfigDestroy(config);
    // A unit is a point.
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(fonts->map), 72);
    fonts->context = pango_font_map_create_context(fonts->map);
    // As the letters were drawn: nothing is fitted to the dots of a screen.
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(fonts->context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(fonts->context, FALSE);
    pango_context_set_language(fonts->context, pango_language_from_string("fr"));
    return fonts;
}

void ctypeset_fonts_close(ctypeset_fonts *fonts) {
    g_object_unref(fonts->context);
    g_object_unref(fonts->map);
    free(fonts);
}

int ctypeset_fonts_have(ctypeset_fonts *fonts, const char *family) {
    PangoFontFamily **families = NULL;
    int count = 0, is_there = 0;
    pango_font_map_list_families(fonts->map, &families, &count);
    for (int k = 0; k < count; k++) is_there |= g_ascii_strcasecmp(pango_font_family_get_name(families[k]), family) == 0;
    g_free(families);
    return is_there;
}

static PangoFontDescription *font_of(const ctypeset_run *run) {
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family(font, run->family);
    pango_font_description_set_absolute_size(font, run->size * PANGO_SCALE);
    pango_font_description_set_weight(font, run->is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_style(font, run->is_italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
    return font;
}

static void add(PangoAttrList *list, PangoAttribute *attribute, size_t start, size_t end) {
    attribute->start_index = (guint)start;
    attribute->end_index = (guint)end;
    pango_attr_list_insert(list, attribute);
}

static PangoAttrList *attributes_of(const ctypeset_run *runs, size_t count) {
    PangoAttrList *list = pango_attr_list_new();
    size_t start = 0;
    for (size_t k = 0; k < count; k++) {
        PangoFontDescription *font = font_of(&runs[k]);
        add(list, pango_attr_font_desc_new(font), start, runs[k].end);
        pango_font_description_free(font);
        uint32_t colour = runs[k].colour;
        add(list,
            pango_attr_foreground_new((guint16)((colour >> 16 & 0xff) * 257), (guint16)((colour >> 8 & 0xff) * 257),
                                      (guint16)((colour & 0xff) * 257)),
            start, runs[k].end);
        if (runs[k].tracking != 0)
            add(list, pango_attr_letter_spacing_new((int)(runs[k].tracking * PANGO_SCALE)), start, runs[k].end);
        start = runs[k].end;
    }
    // Words break where words break: a hyphen that nobody wrote is no part of what is signed.
    add(list, pango_attr_insert_hyphens_new(FALSE), 0, start);
    return list;
}

ctypeset_text *ctypeset_text_set(ctypeset_fonts *fonts, const char *text, size_t length, const ctypeset_run *runs,
                                 size_t count, double width, ctypeset_placement placement, double leading) {
    PangoLayout *layout = pango_layout_new(fonts->context);
    // An empty line has the height of its font too.
    if (count > 0) {
        PangoFontDescription *font = font_of(&runs[0]);
        pango_layout_set_font_description(layout, font);
        pango_font_description_free(font);
    }
    pango_layout_set_text(layout, text, (int)length);
    PangoAttrList *attributes = attributes_of(runs, count);
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_line_spacing(layout, (float)leading);
    pango_layout_set_alignment(layout, placement == CTYPESET_CENTRE  ? PANGO_ALIGN_CENTER
                                       : placement == CTYPESET_RIGHT ? PANGO_ALIGN_RIGHT
                                                                     : PANGO_ALIGN_LEFT);
    pango_layout_set_justify(layout, placement == CTYPESET_JUSTIFIED);
    return (ctypeset_text *)layout;
}

void ctypeset_text_free(ctypeset_text *text) { g_object_unref(layout_of(text)); }

size_t ctypeset_text_line_count(const ctypeset_text *text) {
    return (size_t)pango_layout_get_line_count(layout_of(text));
}

void ctypeset_text_bottoms(const ctypeset_text *text, double *bottoms, size_t count) {
    PangoLayoutIter *iterator = pango_layout_get_iter(layout_of(text));
    for (size_t k = 0; k < count; k++) {
        int top = 0, bottom = 0;
        pango_layout_iter_get_line_yrange(iterator, &top, &bottom);
        bottoms[k] = (double)bottom / PANGO_SCALE;
        if (!pango_layout_iter_next_line(iterator)) break;
    }
    pango_layout_iter_free(iterator);
}

double ctypeset_text_width(const ctypeset_text *text) {
    PangoRectangle extents;
    pango_layout_get_extents(layout_of(text), NULL, &extents);
    return (double)extents.width / PANGO_SCALE;
}

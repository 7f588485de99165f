// What the files of this shim share.
#include "CTypeset.h"
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

// The opaque text is pango's own object.
static inline PangoLayout *layout_of(const ctypeset_text *text) { return (PangoLayout *)text; }

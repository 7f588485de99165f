// Seen by CTypeset only, which gets the compiler's flags through it.
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

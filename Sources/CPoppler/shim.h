// Seen by CPDF only, which gets the compiler's flags through it.
#include <cairo.h>
#include <poppler.h>

// zlib's entry points that matter are macros over versioned functions: name each one that is used.
#ifndef CZLIB_H
#define CZLIB_H
#include <zlib.h>

/// Starts a deflate stream with a gzip wrapper.
int czlib_gzip_init(z_stream *stream, int level);
#endif
